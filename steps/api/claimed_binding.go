package api

import (
	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/steps/proof"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
)

func claimedBindingSteps(v *vocabulary.Vocabulary) {
	v.Word("claimed-binding", "Where a proof by another key names the bound one.", claimedBindings.Forms()...)
	g := vocabulary.For[Tester](v)
	g.When(`^the request carries a proof by another key that names the bound one {claimed-binding}$`,
		(*Tester).sendPretender,
		"Sends the endpoint's request with a sound proof by another key, "+
			"in which the thumbprint of the bound key stands where only a careless server looks.",
		"When the request carries a proof by another key that names the bound one as kid of its jwk")
}

// claimedBindings put the thumbprint of the bound key into the draft of a proof
// by the key of jwk.
var claimedBindings = vocabulary.Meanings[func(d *dpop.Draft, jwk dpop.Object, jkt string)]{
	"as kid of its jwk": func(d *dpop.Draft, jwk dpop.Object, jkt string) {
		jwk.Set("kid", jkt)
		d.Header.Set("jwk", jwk)
	},
	"as jkt of its jwk": func(d *dpop.Draft, jwk dpop.Object, jkt string) {
		jwk.Set("jkt", jkt)
		d.Header.Set("jwk", jwk)
	},
	"as kid of its header": func(d *dpop.Draft, _ dpop.Object, jkt string) { d.Header.Set("kid", jkt) },
	"as cnf of its claims": func(d *dpop.Draft, _ dpop.Object, jkt string) {
		d.Claims.Set("cnf", map[string]string{"jkt": jkt})
	},
	"as jkt of its claims": func(d *dpop.Draft, _ dpop.Object, jkt string) { d.Claims.Set("jkt", jkt) },
}

func (w *Tester) sendPretender(where string) error {
	claim, err := claimedBindings.Of(where)
	if err != nil {
		return err
	}
	bound, err := w.Key("client")
	if err != nil {
		return err
	}
	other, err := w.Key("another party")
	if err != nil {
		return err
	}
	return w.CallWith(proof.Call{
		Title: "a proof by another key that names the bound one " + where, Key: other,
		Draft: func(d *dpop.Draft) { claim(d, other.JWK(), bound.Thumbprint) },
	})
}
