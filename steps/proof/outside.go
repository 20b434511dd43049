package proof

import (
	"net/url"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// outsideSteps are about a proof that stands where no proof belongs (RFC 9449 §4.1).
func outsideSteps(v *vocabulary.Vocabulary) {
	v.Word("outside", "Where a proof stands, other than in the DPoP field.", outsides.Forms()...)
	g := vocabulary.For[Prober](v)
	g.When(`^the request carries an honest proof {outside} alone$`, (*Prober).sendOutside,
		"Sends the endpoint's request without a DPoP field, and with a sound proof in another place.",
		"When the request carries an honest proof in its query alone")
}

// outsides put a proof into a request.
var outsides = vocabulary.Meanings[func(r *wire.Request, proof string)]{
	"in its query":                 func(r *wire.Request, proof string) { r.URL = world.WithQuery(r.URL, "dpop="+proof) },
	"in its query, called DPoP,":   func(r *wire.Request, proof string) { r.URL = world.WithQuery(r.URL, "DPoP="+proof) },
	"in a cookie":                  inField("Cookie", "dpop="),
	"in a cookie called DPoP":      inField("Cookie", "DPoP="),
	"in a field called X-DPoP":     inField("X-DPoP", ""),
	"in a field called DPoP-Proof": inField("DPoP-Proof", ""),
	"in a form field":              inFormField("dpop"),
	"in a form field called DPoP":  inFormField("DPoP"),
}

func inField(name, before string) func(*wire.Request, string) {
	return func(r *wire.Request, proof string) {
		r.Fields = append(r.Fields[:len(r.Fields):len(r.Fields)], wire.Field{Name: name, Value: before + proof})
	}
}

// inFormField adds to a form. A request that has none becomes no other request for it.
func inFormField(name string) func(*wire.Request, string) {
	return func(r *wire.Request, proof string) {
		if len(r.Body) > 0 {
			r.Body = append(r.Body[:len(r.Body):len(r.Body)], "&"+name+"="+url.QueryEscape(proof)...)
		}
	}
}

func (w *Prober) sendOutside(where string) error {
	put, err := outsides.Of(where)
	if err != nil {
		return err
	}
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	probe, err := w.Prepare(key.Thumbprint)
	if err != nil {
		return err
	}
	proof, err := dpop.NewProof(key, probe.Occasion, w.Now(probe.Request.URL))
	if err != nil {
		return err
	}
	put(&probe.Request, proof)
	return w.Begin(nil).End(w.SendWith("a proof "+where+" alone", probe, "", nil))
}
