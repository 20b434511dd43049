package steps

import (
	"fmt"
	"strings"

	"github.com/dpopspec/dpopspec/internal/wire"
)

// scriptOrigin is where a script in a browser comes from.
const scriptOrigin = "https://app.example"

func init() {
	registrations = append(registrations, func(v *Vocabulary) {
		v.Given(`^an API that scripts in browsers may call$`, (*World).apiAllowsScripts,
			"The API answers requests from another origin (Fetch §3.2). One that does not makes the case not applicable.",
			"Given an API that scripts in browsers may call")
		v.When(`^a script in a browser calls it (with an honest proof|without credentials)$`, (*World).scriptCalls,
			"Sends the endpoint's request with an Origin field.",
			"When a script in a browser calls it without credentials")
		v.Then(`^the script can read the field "([^"]+)"$`, (*World).scriptCanRead,
			"Access-Control-Expose-Headers of the answer must name the field, which the answer must have.",
			`Then the script can read the field "WWW-Authenticate"`)
		v.Then(`^a preflight allows the fields (DPoP and Authorization)$`, (*World).preflightAllows,
			"The answer to a preflight must allow the request fields.",
			"Then a preflight allows the fields DPoP and Authorization")
	})
}

func (w *World) preflight() (*wire.Exchange, error) {
	probe, err := w.probeFor(call{present: nowhere})
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

func (w *World) apiAllowsScripts() error {
	e, err := w.preflight()
	if err != nil {
		return err
	}
	if !allowsOrigin(e) {
		return notApplicable("the API does not let scripts of other origins in: no Access-Control-Allow-Origin")
	}
	// One that lets clients in by what is registered does not know at a preflight which one asks.
	e, err = w.sendAside(call{title: "an honest call of a script", fields: wire.Fields{{Name: "Origin", Value: scriptOrigin}}})
	if err != nil {
		return err
	}
	if !allowsOrigin(e) {
		return notApplicable("the API lets scripts of other origins ask, and read nothing: no Access-Control-Allow-Origin in the answer to an honest call")
	}
	return nil
}

func allowsOrigin(e *wire.Exchange) bool {
	origin, _ := e.Answer.One("Access-Control-Allow-Origin")
	return origin == "*" || origin == scriptOrigin
}

func (w *World) scriptCalls(how string) error {
	c := call{title: "a script calls " + how, fields: wire.Fields{{Name: "Origin", Value: scriptOrigin}}}
	if how == "without credentials" {
		c.bare, c.present = true, nowhere
	}
	if err := w.callWith(c); err != nil {
		return err
	}
	return w.Expect(allowsOrigin(w.Latest().Exchange), "Access-Control-Allow-Origin also in this answer", fmt.Sprintf("status %d without it", w.Latest().Exchange.Status))
}

func (w *World) scriptCanRead(field string) error {
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

func (w *World) preflightAllows(string) error {
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
