package proof

import (
	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/dpop/forge"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// kidSteps are about the name of a key, which proves nothing (RFC 9449 §4.3, check
// 6).
func kidSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Prober](v)
	g.When(`^the request carries a proof by another key, whose kid the server has seen with that key$`,
		(*Prober).sendUnderKnownName,
		"Lets another key show itself to the server under a kid, in a proof that must be accepted; "+
			"then sends a proof whose jwk is the client's key with that kid and whose signature is made by the other one.",
		"When the request carries a proof by another key, whose kid the server has seen with that key")
}

// named gives the key of a proof a name, where a server may look for it.
func named(kid string) func(*dpop.Draft) {
	return func(d *dpop.Draft) {
		value, _ := d.Header.Get("jwk")
		if jwk, err := dpop.ParseObject(value); err == nil {
			jwk.Add("kid", kid)
			d.Header.Set("jwk", jwk)
		}
		d.Header.Set("kid", kid)
	}
}

// sendUnderKnownName tries a server that keeps keys by their kid. The name is
// the sender's own to choose, so it proves nothing (RFC 9449 §4.3, check 6).
func (w *Prober) sendUnderKnownName() error {
	client, err := w.Key("client")
	if err != nil {
		return err
	}
	other, err := w.Key("another party")
	if err != nil {
		return err
	}
	if other, err = other.WithAlgorithm(client.Algorithm); err != nil {
		return world.NotApplicablef("it takes another party with a key for %s", client.Algorithm)
	}
	kid := dpop.NewID()
	if _, err = w.firstOf(other, "a proof by another key, with a kid", named(kid)); err != nil {
		return err
	}
	defect := &forge.Defect{
		Part: "signature", Value: "made by another key of the same kid", Refused: []string{"signature"},
	}
	_, err = w.sendSigned(defect, "a proof by another key under the same kid", named(kid), client, other)
	return err
}
