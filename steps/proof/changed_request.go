package proof

import (
	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/dpop/forge"
	"github.com/dpopspec/dpopspec/steps/world"
)

// sendChanged sends a request that differs from what its proof says; the proof
// itself is sound.
func (w *Prober) sendChanged(defect forge.Defect, change func(*world.Probe) error) error {
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	p, err := w.At()
	if err != nil {
		return err
	}
	for range 2 {
		probe, err := w.Prepare(key.Thumbprint)
		if err != nil {
			return err
		}
		if err := change(probe); err != nil {
			return err
		}
		proof, err := dpop.NewProof(key, probe.Occasion, w.Now(probe.Request.URL))
		if err != nil {
			return err
		}
		w.nonces.carried = probe.Occasion.Nonce
		attempt := w.Begin(&defect)
		if err := attempt.End(w.SendWith("a proof whose "+defect.Name(), probe, "DPoP", []string{proof})); err != nil {
			return err
		}
		answer, _ := p.Classify(attempt.Exchange)
		if attempt.Hidden = answer == world.Challenged; !attempt.Hidden {
			return nil
		}
	}
	return w.uncover()
}

// sendStripped sends a sound proof with a request that lacks what has to go
// with it: no check of the proof is what must refuse it.
func (w *Prober) sendStripped(title string, change func(*world.Probe) error) error {
	if err := w.sendChanged(forge.Defect{Part: "request", Value: title}, change); err != nil {
		return err
	}
	w.Latest().Defect = nil // it is not the proof that must be refused
	return nil
}
