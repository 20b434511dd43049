package proof

import (
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop/forge"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// methodSteps are about a proof whose htm is not the method of the request
// (RFC 9449 §4.3, check 8).
func methodSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Prober](v)
	g.When(`^the request carries a proof for another method, which (.+) names$`, (*Prober).sendOverridden,
		"Sends the endpoint's request with a proof for another method, and a field, or \"the parameter\" of a name, "+
			"that would override the method.",
		"When the request carries a proof for another method, which X-HTTP-Method-Override names")
	g.When(`^a HEAD request carries a proof for GET$`, (*Prober).sendHead,
		"Sends HEAD where GET is served, with a proof for GET; HEAD with a proof of its own must succeed before.",
		"When a HEAD request carries a proof for GET")
}

// sendOverridden names the method of the proof in a field or parameter that
// some frameworks take for the method of the request (RFC 9110 §9.1 does not).
func (w *Prober) sendOverridden(where string) error {
	defect := forge.Defect{Part: "htm", Value: "the method that " + where + " names", Refused: []string{"htm"}}
	return w.sendChanged(defect, func(probe *world.Probe) error {
		method := map[bool]string{true: "POST", false: "GET"}[probe.Request.Method == "GET"]
		probe.Occasion.Method = method
		if name, found := strings.CutPrefix(where, "the parameter "); found {
			probe.Request.URL = world.WithQuery(probe.Request.URL, name+"="+method)
			return nil
		}
		probe.Request.Fields = append(slices.Clone(probe.Request.Fields), wire.Field{Name: where, Value: method})
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
