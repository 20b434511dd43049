package api

import (
	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/steps/proof"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
)

func bindingSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Tester](v)
	g.When(`^the request carries a proof by another key that names the bound one (as kid of its jwk|as kid of its header|as jkt of its jwk|as cnf of its claims|as jkt of its claims)$`, (*Tester).sendPretender,
		"Sends the endpoint's request with a sound proof by another key, in which the thumbprint of the bound key stands where only a careless server looks.",
		"When the request carries a proof by another key that names the bound one as kid of its jwk")
}

func (w *Tester) sendPretender(where string) error {
	bound, err := w.Key("client")
	if err != nil {
		return err
	}
	other, err := w.Key("another party")
	if err != nil {
		return err
	}
	jkt := bound.Thumbprint
	jwk := other.JWK()
	draft := map[string]func(*dpop.Draft){
		"as kid of its jwk":    func(d *dpop.Draft) { jwk.Set("kid", jkt); d.Header.Set("jwk", jwk) },
		"as jkt of its jwk":    func(d *dpop.Draft) { jwk.Set("jkt", jkt); d.Header.Set("jwk", jwk) },
		"as kid of its header": func(d *dpop.Draft) { d.Header.Set("kid", jkt) },
		"as cnf of its claims": func(d *dpop.Draft) { d.Claims.Set("cnf", map[string]string{"jkt": jkt}) },
		"as jkt of its claims": func(d *dpop.Draft) { d.Claims.Set("jkt", jkt) },
	}[where]
	return w.CallWith(proof.Call{Title: "a proof by another key that names the bound one " + where, Key: other, Draft: draft})
}
