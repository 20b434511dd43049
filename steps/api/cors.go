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
	g := vocabulary.For[Tester](v)
	g.Given(`^an API that scripts in browsers may call$`, (*Tester).apiAllowsScripts,
		"The API answers requests from another origin (Fetch §3.2). One that does not makes the case not applicable.",
		"Given an API that scripts in browsers may call")
	g.When(`^a script in a browser calls it (with an honest proof|without credentials)$`, (*Tester).scriptCalls,
		"Sends the endpoint's request with an Origin field.",
		"When a script in a browser calls it without credentials")
	g.Then(`^the script can read the field "([^"]+)"$`, (*Tester).scriptCanRead,
		"Access-Control-Expose-Headers of the answer must name the field, which the answer must have.",
		`Then the script can read the field "WWW-Authenticate"`)
	g.Then(`^a preflight allows the fields (DPoP and Authorization)$`, (*Tester).preflightAllows,
		"The answer to a preflight must allow the request fields.",
		"Then a preflight allows the fields DPoP and Authorization")
}

func (w *Tester) preflight() (*wire.Exchange, error) {
	probe, err := w.ProbeFor(proof.Call{Present: nowhere})
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

func (w *Tester) apiAllowsScripts() error {
	e, err := w.preflight()
	if err != nil {
		return err
	}
	if !allowsOrigin(e) {
		return world.NotApplicablef("the API does not let scripts of other origins in: no Access-Control-Allow-Origin")
	}
	// One that lets clients in by what is registered does not know at a preflight which one asks.
	e, err = w.SendAside(proof.Call{Title: "an honest call of a script", Fields: wire.Fields{{Name: "Origin", Value: scriptOrigin}}})
	if err != nil {
		return err
	}
	if !allowsOrigin(e) {
		return world.NotApplicablef("the API lets scripts of other origins ask, and read nothing: no Access-Control-Allow-Origin in the answer to an honest call")
	}
	return nil
}

func allowsOrigin(e *wire.Exchange) bool {
	origin, _ := e.Answer.One("Access-Control-Allow-Origin")
	return origin == "*" || origin == scriptOrigin
}

func (w *Tester) scriptCalls(how string) error {
	c := proof.Call{Title: "a script calls " + how, Fields: wire.Fields{{Name: "Origin", Value: scriptOrigin}}}
	if how == "without credentials" {
		c.Bare, c.Present = true, nowhere
	}
	if err := w.CallWith(c); err != nil {
		return err
	}
	return w.Expect(allowsOrigin(w.Latest().Exchange), "Access-Control-Allow-Origin also in this answer", fmt.Sprintf("status %d without it", w.Latest().Exchange.Status))
}

func (w *Tester) scriptCanRead(field string) error {
	if w.Latest().Exchange == nil {
		return wrongOrder("a When step before this one")
	}
	if err := w.Expect(len(w.Latest().Exchange.Answer.Values(field)) > 0, "a field "+field+" in the answer", fmt.Sprintf("status %d without it", w.Latest().Exchange.Status)); err != nil {
		return err
	}
	exposed := w.Latest().Exchange.Answer.Values("Access-Control-Expose-Headers")
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

func (w *Tester) preflightAllows(string) error {
	e, err := w.preflight()
	if err != nil {
		return err
	}
	allowed := e.Answer.Values("Access-Control-Allow-Headers")
	for _, field := range []string{"DPoP", "Authorization"} {
		if err := w.Expect(listed(allowed, field), "Access-Control-Allow-Headers with "+field, fmt.Sprintf("%q", allowed)); err != nil {
			return err
		}
	}
	return nil
}
