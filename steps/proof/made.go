package proof

import (
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/dpop/forge"
	"github.com/dpopspec/dpopspec/steps/world"
)

// make makes a proof by a key for a request, with what change does to it before
// it is signed.
func (w *Prober) make(probe *world.Probe, key *dpop.Key, change func(*dpop.Draft)) (*made, error) {
	return w.makeSigned(probe, key, change, key)
}

// makeSigned is make with the signature of another key than the holder's.
func (w *Prober) makeSigned(
	probe *world.Probe, key *dpop.Key, change func(*dpop.Draft), signer *dpop.Key,
) (*made, error) {
	m := &made{draft: dpop.NewDraft(key, probe.Occasion, w.Now(probe.Request.URL)), probe: probe}
	if change != nil {
		change(&m.draft)
	}
	var err error
	if m.text, err = m.draft.Sign(signer); err != nil {
		return nil, err
	}
	_, _, m.signature, err = dpop.SplitCompact(m.text, dpop.DecodeSegment)
	return m, err
}

// sendMade makes a proof by the client's key and sends it, once more where
// only the nonce was missing.
func (w *Prober) sendMade(defect *forge.Defect, title string, change func(*dpop.Draft)) (*made, error) {
	key, err := w.Key("client")
	if err != nil {
		return nil, err
	}
	return w.sendSigned(defect, title, change, key, key)
}

// sendSigned is sendMade for the holder of another key, or with the signature of
// another key than the holder's.
func (w *Prober) sendSigned(
	defect *forge.Defect, title string, change func(*dpop.Draft), key, signer *dpop.Key,
) (*made, error) {
	p, err := w.At()
	if err != nil {
		return nil, err
	}
	var m *made
	for range 2 {
		probe, err := w.PrepareToSpend(key.Thumbprint)
		if err != nil {
			return nil, err
		}
		if m, err = w.makeSigned(probe, key, change, signer); err != nil {
			return nil, err
		}
		attempt := w.Begin(defect)
		if err := attempt.End(w.SendWith(title, probe, "DPoP", []string{m.text})); err != nil {
			return m, err
		}
		if answer, _ := p.Classify(attempt.Exchange); answer != world.Challenged {
			break
		}
	}
	return m, nil
}

// first sends a proof that has to be accepted before its use again means
// anything.
func (w *Prober) first(title string, change func(*dpop.Draft)) (*made, error) {
	key, err := w.Key("client")
	if err != nil {
		return nil, err
	}
	return w.firstOf(key, title, change)
}

// firstOf is first for the holder of a key.
func (w *Prober) firstOf(key *dpop.Key, title string, change func(*dpop.Draft)) (*made, error) {
	m, err := w.sendSigned(nil, title, change, key, key)
	if err != nil {
		return nil, err
	}
	p, _ := w.At()
	if answer, _ := p.Classify(w.Latest().Exchange); answer != world.Accepted {
		return nil, world.Inconclusivef("the positive control failed: %s got %s", title, p.Describe(w.Latest().Exchange, nil))
	}
	w.NoteControl()
	return m, nil
}

// respelled gives the signature of a proof another text.
func (m *made) respelled(defect forge.Defect, key *dpop.Key) (string, error) {
	header, claims := m.draft.Header.JSON(), m.draft.Claims.JSON()
	input := dpop.EncodeSegment(header) + "." + dpop.EncodeSegment(claims) + "."
	forged, err := defect.Forge(forge.Forgery{
		Key: key, Draft: m.draft, Occasion: m.probe.Occasion, Header: header, Payload: claims,
		Sign: func([]byte) ([]byte, error) { return append([]byte(nil), m.signature...), nil },
	})
	if err != nil {
		return "", err
	}
	return input + forged.Proof[strings.LastIndexByte(forged.Proof, '.')+1:], nil
}

// id is the jti of a proof.
func (m *made) id() string {
	id, _ := m.draft.Claims.Text("jti")
	return id
}
