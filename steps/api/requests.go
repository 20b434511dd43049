package api

import (
	"errors"
	"strings"

	"github.com/dpopspec/dpopspec/dpop/forge"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/proof"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func requestsSteps(v *vocabulary.Vocabulary) {
	v.Word("method", "A method of a request (RFC 9110 §9).", methods.Forms()...)
	v.Word("fault", "The one thing that is wrong with a request.", faults.Forms()...)
	v.Word("guise", "What may let a request pass for another than it is.", guises.Forms()...)
	g := vocabulary.For[Tester](v)
	g.Given(`^an? {method} request with an honest proof is accepted$`, (*Tester).methodIsAccepted,
		"The positive control for another method than the endpoint's own. "+
			"A real API that does not take the method makes the case not applicable.",
		"Given a POST request with an honest proof is accepted")
	g.When(
		`^an?(?: {method})? request(?: for "(\S+)")?(?: with the field "(.+)"| with {guise})? `+
			`has (?:{fault}|a proof whose (.+?) is (.+))$`,
		(*Tester).sendFaulty,
		"Sends the endpoint's request with one fault, if need be with another method, path or one more field, "+
			"with what the newest accepted answer gave, or with its own path in another spelling.",
		"When a POST request has no proof")
	g.When(`^the request carries an honest proof and the body (.+)$`, (*Tester).sendWithBody,
		"Sends a POST with an honest proof and that body, which no proof covers (RFC 9449 §11.7).",
		`When the request carries an honest proof and the body {"amount":1000}`)
}

// methods tell whether a request of the method has content.
var methods = vocabulary.Meanings[bool]{
	"GET": false, "HEAD": false, "OPTIONS": false, "TRACE": false, "DELETE": false,
	"POST": true, "PUT": true, "PATCH": true,
}

// withMethod gives a call another method, and content if requests of the method
// have any.
func withMethod(c *proof.Call, method string) error {
	content, err := methods.Of(method)
	if err != nil {
		return err
	}
	c.Method = method
	if content {
		c.Fields = append(c.Fields, wire.Field{Name: "Content-Type", Value: "application/json"})
		c.Body = []byte("{}")
	}
	return nil
}

func (w *Tester) methodIsAccepted(method string) error {
	c := proof.Call{Title: "positive control: a " + method + " request"}
	if err := withMethod(&c, method); err != nil {
		return err
	}
	if err := w.CallWith(c); err != nil {
		return err
	}
	p, err := w.At()
	if err != nil {
		return err
	}
	e := w.Latest().Exchange
	answer, _ := p.Classify(e)
	switch {
	case answer == world.Accepted:
		w.NoteControl()
		return nil
	case !w.EmbeddedAPI() && (answer == world.Refused || answer == world.Broken):
		return world.NotApplicablef("the API does not take %s here: %s", method, p.Describe(e, nil))
	}
	return world.Inconclusivef("the positive control failed: %s", p.Describe(e, nil))
}

// sendFaulty sends a request with a fault, or with a proof whose part has a value
// that it must not have. What is empty is as usual.
func (w *Tester) sendFaulty(method, path, field, guise, fault, part, value string) error {
	c, err := w.faultyCall(fault, part, value)
	if err != nil {
		return err
	}
	c.Path = path
	if field != "" {
		name, content, _ := strings.Cut(field, ":")
		c.Title += ` with the field "` + field + `"`
		c.Fields = wire.Fields{{Name: name, Value: strings.TrimSpace(content)}}
	}
	if guise != "" {
		if err := w.disguise(&c, guise); err != nil {
			return err
		}
	}
	if method != "" {
		if err := withMethod(&c, method); err != nil {
			return err
		}
	}
	return unforgeable(w.CallWith(c))
}

// faultyCall makes the request of a fault, or that with the defect of a proof.
func (w *Tester) faultyCall(fault, part, value string) (proof.Call, error) {
	w.resourceState.keyFault, w.resourceState.elsewhere = false, false
	if fault != "" {
		return w.callWithFault(fault)
	}
	defect, err := forge.Find(part, value)
	return proof.Call{Title: "a request that has a proof whose " + part + " is " + value, Defect: &defect}, err
}

// unforgeable turns a defect that makes no sense here into a case that does not
// apply.
func unforgeable(err error) error {
	var cannot *forge.NotForgeable
	if errors.As(err, &cannot) {
		return world.NotApplicablef("%s", cannot.Error())
	}
	return err
}

func (w *Tester) sendWithBody(body string) error {
	return w.CallWith(proof.Call{
		Title: "an honest proof with the body " + body, Method: "POST", Body: []byte(body),
		Fields: wire.Fields{{Name: "Content-Type", Value: "application/json"}},
	})
}
