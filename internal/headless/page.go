package headless

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// script is a function that looks at a page and acts there, by a task.
//
//go:embed page.js
var script string

// task is what script is to do.
type task struct {
	Do       string `json:"do"`
	Selector string `json:"selector,omitempty"` // of "find", "fill" and "click"
	Value    string `json:"value,omitempty"`    // of "fill"
	// Origin and Action are where the page must be, and where its form must lead, for
	// anything to be typed or pressed: they were found to be named.
	Origin string `json:"origin,omitempty"`
	Action string `json:"action,omitempty"`
	// Shape is what was seen, of "act": the page may have become another.
	Shape    string `json:"shape,omitempty"`
	Username string `json:"username,omitempty"`
	Password string `json:"password,omitempty"`
	UserCode string `json:"userCode,omitempty"`
	// Fields, Submit and Consent are those of login.Form.
	Fields  map[string]string `json:"fields,omitempty"`
	Submit  string            `json:"submit,omitempty"`
	Consent string            `json:"consent,omitempty"`
}

// look is what a page shows. All of it is a stranger's.
type look struct {
	Kind     string   `json:"kind"`   // of what can be done; empty: nothing that is recognised
	Action   string   `json:"action"` // the origin that it would lead to
	Shape    string   `json:"shape"`
	Origin   string   `json:"origin"`
	Address  string   `json:"address"` // origin and path
	Hash     string   `json:"hash"`
	Ready    bool     `json:"ready"`
	Title    string   `json:"title"`
	Said     string   `json:"said"`
	Captcha  bool     `json:"captcha"`
	Frames   []string `json:"frames"`   // origins of frames that cannot be looked into
	Document float64  `json:"document"` // tells one document from the next
}

// The kinds of what can be done on a page.
const (
	asksPassword    = "password" // with the user's name or without
	asksUsername    = "username" // the password comes on the next page
	asksConsent     = "consent"
	asksUserCode    = "user code"
	asksOneTime     = "one-time code"
	asksNewPassword = "new password"
)

// outcome is what came of a task that is no look.
type outcome struct {
	Done   string `json:"done"`
	Origin string `json:"origin"`
	Action string `json:"action"`
}

// perform runs a task in the document that the tab shows now.
func perform[R any](tab context.Context, t task) (result R, err error) {
	tree, err := chromedp.Call(tab, page.GetFrameTree, cdp.Empty{})
	if err != nil {
		return result, err
	}
	world, err := chromedp.Call(tab, page.CreateIsolatedWorld, page.CreateIsolatedWorldParams{
		FrameID: tree.FrameTree.Frame.ID, WorldName: "dpopspec",
	})
	if err != nil {
		return result, err
	}
	argument, err := json.Marshal(t)
	if err != nil {
		return result, err
	}
	yes := true
	answer, err := chromedp.Call(tab, runtime.CallFunctionOn, runtime.CallFunctionOnParams{
		FunctionDeclaration: script, ExecutionContextID: world.ExecutionContextID,
		Arguments: []*runtime.CallArgument{{Value: argument}}, ReturnByValue: &yes, UserGesture: &yes,
	})
	switch {
	case err != nil:
		return result, err
	case answer.ExceptionDetails != nil:
		return result, fmt.Errorf("the page cannot be looked at: %s", answer.ExceptionDetails.Text)
	case answer.Result == nil:
		return result, fmt.Errorf("the page cannot be looked at")
	}
	return result, json.Unmarshal(answer.Result.Value, &result)
}
