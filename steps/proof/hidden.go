package proof

import (
	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/steps/world"
)

// uncover finds out what a server has refused that asks for a nonce twice, the second
// time though the proof had the one that it had just given. An honest proof with the
// very same nonce is the control: where that is granted the nonce was good, so that the
// defect was refused, in the words of a challenge. A nonce that is good once does not
// show it.
func (w *Prober) uncover() error {
	nonce := w.nonces.carried
	if nonce == "" {
		return nil
	}
	p, err := w.At()
	if err != nil {
		return err
	}
	attempt := w.Latest()
	e, err := w.Aside(func() error { return w.sendNonce("is it the nonce? An honest proof with the same", nonce) })
	if err != nil {
		return err
	}
	if answer, _ := p.Classify(e); answer == world.Accepted {
		attempt.Hidden = false
		w.Observe("challenged for a nonce though it had one with which an honest proof is accepted")
	}
	return nil
}

// ShowsNonce ends a case that is about the error of a refusal, where the proof that was
// sent cannot be read as far as its nonce: a request that shows none may be asked for
// one, whatever else is wrong with it (RFC 9449 §8).
func (w *Prober) ShowsNonce() error {
	lines := w.Latest().Exchange.Fields.Values("DPoP")
	if len(lines) == 1 && nonceOf(lines[0]) != "" {
		return nil
	}
	return world.NotApplicablef("no nonce can be read in what was sent, so that to ask for one is right too")
}

// nonceOf returns the nonce of a proof; empty if the proof cannot be read.
func nonceOf(proof string) string {
	header, payload, _, err := dpop.SplitCompact(proof, dpop.DecodeSegment)
	if err != nil {
		return ""
	}
	if _, err := dpop.ParseObject(header); err != nil {
		return ""
	}
	claims, err := dpop.ParseObject(payload)
	if err != nil {
		return ""
	}
	nonce, _ := claims.Text("nonce")
	return nonce
}
