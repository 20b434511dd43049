package proof

import (
	"fmt"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// spentSteps are about a proof that was found good while its request was not: it has
// been used all the same (RFC 9449 §11.1).
func spentSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Prober](v)
	g.Given(`^a proof has been used for a request that failed for another reason$`, (*Prober).spendProof,
		"Sends a sound proof, which the next steps use again, with a request that must be refused: with a code that nobody "+
			"issued, or a request_uri in a pushed request. "+
			"Where a bad proof is not what such a request is refused for, proofs are not looked at first, "+
			"and the case does not apply.",
		"Given a proof has been used for a request that failed for another reason")
}

func (w *Prober) spendProof() error {
	bad, err := w.sendFailing("a bad proof with a request that fails", func(d *dpop.Draft) {
		d.Claims.Set("htm", "DELETE")
	})
	if err != nil {
		return err
	}
	p, _ := w.At() // it was used a moment ago
	answer, code := p.Classify(bad.exchange)
	if answer != world.Refused || code != dpop.InvalidProof {
		return world.NotApplicablef("proofs are not looked at before what else is wrong: %s", p.Describe(bad.exchange, nil))
	}
	good, err := w.sendFailing("a proof with a request that fails", nil)
	if err != nil {
		return err
	}
	if answer, code := p.Classify(good.exchange); answer != world.Refused || code == dpop.InvalidProof {
		return world.Inconclusivef("the request did not fail for another reason: %s", p.Describe(good.exchange, nil))
	}
	w.accepted = good.made
	w.NoteControl()
	return nil
}

type spent struct {
	made     *made
	exchange *wire.Exchange
}

// sendFailing sends a proof with a request that has something else wrong.
func (w *Prober) sendFailing(title string, change func(*dpop.Draft)) (*spent, error) {
	p, err := w.At()
	if err != nil {
		return nil, err
	}
	key, err := w.Key("client")
	if err != nil {
		return nil, err
	}
	probe, err := w.Prepare(key.Thumbprint)
	if err != nil {
		return nil, err
	}
	switch p {
	case world.TokenEndpoint:
		err = withMadeUpCode(w, probe, "")
	case world.PAREndpoint: // which must refuse it (RFC 9126 §2.1)
		probe.Request.Body = append(probe.Request.Body, "&request_uri=urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3Anone"...)
	default:
		err = fmt.Errorf("no request to %s is known that fails for another reason than its proof", p.Name)
	}
	if err != nil {
		return nil, err
	}
	m, err := w.make(probe, key, change)
	if err != nil {
		return nil, err
	}
	e, err := w.SendWith(title, probe, "DPoP", []string{m.text})
	return &spent{m, e}, err
}
