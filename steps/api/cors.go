package api

import (
	"fmt"
	"strings"

	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/proof"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// scriptOrigin is where a script in a browser comes from.
const scriptOrigin = "https://app.example"

func corsSteps(v *vocabulary.Vocabulary) {
	v.Word("script-credentials", "What a script in a browser sends.", scriptCalls.Forms()...)
	g := vocabulary.For[Tester](v)
	g.When(`^a script in a browser calls it {script-credentials}$`, (*Tester).scriptCalls,
		"Sends the endpoint's request with an Origin field.",
		"When a script in a browser calls it without credentials")
	g.Then(`^the script can read the field "([^"]+)"$`, (*Tester).scriptCanRead,
		"Access-Control-Expose-Headers of the answer must name the field, which the answer must have.",
		`Then the script can read the field "WWW-Authenticate"`)
	g.Then(`^a preflight allows the fields DPoP and Authorization$`, (*Tester).preflightAllowsProofs,
		"The answer to a preflight must allow the request fields.",
		"Then a preflight allows the fields DPoP and Authorization")
}

// scriptCalls are the calls of a script but for their Origin.
var scriptCalls = vocabulary.Meanings[proof.Call]{
	"with an honest proof": {}, "without credentials": {Bare: true, Nothing: true},
}

func (w *Tester) preflight() (*wire.Exchange, error) {
	probe, err := w.ProbeFor(proof.Call{Nothing: true})
	if err != nil {
		return nil, err
	}
	r := probe.Request
	asked := r.Method
	r.Method, r.Body = "OPTIONS", nil
	r.Fields = wire.Fields{
		{Name: "Origin", Value: scriptOrigin},
		{Name: "Access-Control-Request-Method", Value: asked},
		{Name: "Access-Control-Request-Headers", Value: "authorization,dpop"},
	}
	return w.Send("a preflight", r)
}

// allowsScripts finds out whether the API answers requests from another origin
// (Fetch §3.2).
func (w *Tester) allowsScripts() error {
	e, err := w.preflight()
	if err != nil {
		return err
	}
	if !allowsOrigin(e) {
		return world.NotApplicablef(
			"the API does not let scripts of other origins in: no Access-Control-Allow-Origin")
	}
	// One that lets clients in by what is registered does not know at a preflight which one asks.
	e, err = w.SendAside(proof.Call{
		Title: "an honest call of a script", Fields: wire.Fields{{Name: "Origin", Value: scriptOrigin}},
	})
	if err != nil {
		return err
	}
	if !allowsOrigin(e) {
		return world.NotApplicablef("the API lets scripts of other origins ask, and read nothing: " +
			"no Access-Control-Allow-Origin in the answer to an honest call")
	}
	return nil
}

func allowsOrigin(e *wire.Exchange) bool {
	origin, _ := e.Answer.One("Access-Control-Allow-Origin")
	return origin == "*" || origin == scriptOrigin
}

func (w *Tester) scriptCalls(how string) error {
	c, err := scriptCalls.Of(how)
	if err != nil {
		return err
	}
	c.Title, c.Fields = "a script calls "+how, wire.Fields{{Name: "Origin", Value: scriptOrigin}}
	if err := w.CallWith(c); err != nil {
		return err
	}
	e := w.Latest().Exchange
	return w.Expect(allowsOrigin(e), "Access-Control-Allow-Origin also in this answer",
		fmt.Sprintf("status %d without it", e.Status))
}

func (w *Tester) scriptCanRead(field string) error {
	e := w.Latest().Exchange
	if e == nil {
		return wrongOrder("a When step before this one")
	}
	there := len(e.Answer.Values(field)) > 0
	err := w.Expect(there, "a field "+field+" in the answer", fmt.Sprintf("status %d without it", e.Status))
	if err != nil {
		return err
	}
	exposed := e.Answer.Values("Access-Control-Expose-Headers")
	return w.Expect(listed(exposed, field), "Access-Control-Expose-Headers with "+field, fmt.Sprintf("%q", exposed))
}

// listed reports whether a list field names an entry; a request with
// credentials of another kind than cookies may be answered with a star, which
// does not cover Authorization (Fetch §3.2.5).
func listed(lines []string, name string) bool {
	for _, line := range lines {
		for _, entry := range strings.Split(line, ",") {
			entry = strings.TrimSpace(entry)
			if strings.EqualFold(entry, name) || entry == "*" && !strings.EqualFold(name, "Authorization") {
				return true
			}
		}
	}
	return false
}

func (w *Tester) preflightAllowsProofs() error {
	e, err := w.preflight()
	if err != nil {
		return err
	}
	allowed := e.Answer.Values("Access-Control-Allow-Headers")
	for _, field := range []string{"DPoP", "Authorization"} {
		err := w.Expect(listed(allowed, field), "Access-Control-Allow-Headers with "+field, fmt.Sprintf("%q", allowed))
		if err != nil {
			return err
		}
	}
	return nil
}
