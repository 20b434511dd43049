package proof

import (
	"slices"

	"github.com/dpopspec/dpopspec/dpop/forge"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// methodSteps are about a proof whose htm is not the method of the request
// (RFC 9449 §4.3, check 8).
func methodSteps(v *vocabulary.Vocabulary) {
	v.Word("method-override", "What some frameworks take for the method of a request.", methodOverrides.Forms()...)
	g := vocabulary.For[Prober](v)
	g.When(`^the request carries a proof for another method, which {method-override} names$`, (*Prober).sendOverridden,
		"Sends the endpoint's request with a proof for another method, and a field or parameter that would override "+
			"the method.",
		"When the request carries a proof for another method, which X-HTTP-Method-Override names")
	g.When(`^a HEAD request carries a proof for GET$`, (*Prober).sendHead,
		"Sends HEAD where GET is served, with a proof for GET; HEAD with a proof of its own must succeed before.",
		"When a HEAD request carries a proof for GET")
}

// methodOverrides name another method in a request. RFC 9110 §9.1 knows none of
// them.
var methodOverrides = vocabulary.Meanings[func(r *wire.Request, method string)]{
	"X-HTTP-Method-Override": overriding("X-HTTP-Method-Override"),
	"X-HTTP-Method":          overriding("X-HTTP-Method"),
	"X-Method-Override":      overriding("X-Method-Override"),
	"the parameter _method": func(r *wire.Request, method string) {
		r.URL = world.WithQuery(r.URL, "_method="+method)
	},
	"the form field _method": inFormField("_method"),
}

func overriding(field string) func(*wire.Request, string) {
	return func(r *wire.Request, method string) {
		r.Fields = append(slices.Clone(r.Fields), wire.Field{Name: field, Value: method})
	}
}

func (w *Prober) sendOverridden(by string) error {
	override, err := methodOverrides.Of(by)
	if err != nil {
		return err
	}
	defect := forge.Defect{Part: "htm", Value: "the method that " + by + " names", Refused: []string{"htm"}}
	return w.sendChanged(defect, func(probe *world.Probe) error {
		method := "POST"
		if probe.Request.Method != "GET" {
			method = "PUT" // some frameworks let a POST be anything but GET
		}
		probe.Occasion.Method = method
		override(&probe.Request, method)
		return nil
	})
}

func (w *Prober) sendHead() error {
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	p, err := w.At()
	if err != nil {
		return err
	}
	probe, err := w.Prepare(key.Thumbprint)
	if err != nil {
		return err
	}
	if probe.Request.Method != "GET" {
		return world.NotApplicablef("the endpoint's request is %s, not GET", probe.Request.Method)
	}
	probe.Request.Method, probe.Occasion.Method = "HEAD", "HEAD"
	e, err := w.SendHonestAt(p, "HEAD with a proof for HEAD", probe, key)
	if err != nil {
		return err
	}
	if answer, _ := p.Classify(e); answer != world.Accepted {
		return world.NotApplicablef("the endpoint does not serve HEAD: %s", p.Describe(e, nil))
	}
	defect := forge.Defect{Part: "htm", Value: "GET, while the request is HEAD", Refused: []string{"htm"}}
	return w.sendChanged(defect, func(probe *world.Probe) error {
		probe.Request.Method = "HEAD"
		return nil
	})
}
