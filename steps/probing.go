package steps

import (
	"slices"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// probing is what a case knows of its proofs, good and bad.
type probing struct {
	controlled bool // an honest proof was accepted
	attempt    *wire.Exchange
	attemptErr error
	defect     *dpop.Defect // what was wrong or odd about the proof of the attempt
	unattended bool         // a nonce challenge came twice: the defect was never looked at
	brokenDown bool         // the attempt has no answer: the server breaks down at it, each time
}

func init() {
	registrations = append(registrations, func(v *Vocabulary) {
		v.Given(`^an honest proof is accepted$`, (*World).honestProofIsAccepted,
			"The positive control: the same request with an honest proof must succeed, or the case is inconclusive.",
			"Given an honest proof is accepted")
		v.Given(`^the client's key is for "([^"]+)"$`, (*World).keyIsFor,
			"Gives the client a key for that signature algorithm; a real server must advertise it.",
			`Given the client's key is for "RS256"`)
		v.When(`^(?:the client sends|the request carries) an honest proof$`, (*World).sendHonest,
			"Sends the endpoint's request with an honest proof, and once more with a nonce if the server asks for one.",
			"When the request carries an honest proof")
		v.When(`^the request carries no proof$`, (*World).sendWithoutProof,
			"Sends the endpoint's request without a DPoP field.",
			"When the request carries no proof")
	})
}

// sendWith sends a prepared request with the given DPoP field lines.
func (w *World) sendWith(title string, probe *Probe, name string, lines []string) (*wire.Exchange, error) {
	return w.Send(title, probe.with(name, lines))
}

// with returns the request with DPoP field lines added.
func (p *Probe) with(name string, lines []string) wire.Request {
	request := p.Request
	request.Fields = slices.Clone(request.Fields)
	for _, line := range lines {
		request.Fields = append(request.Fields, wire.Field{Name: name, Value: line})
	}
	return request
}

// honest sends the endpoint's request with an honest proof by the named key,
// as a sound client does: once more if a nonce is asked for (RFC 9449 §8).
func (w *World) honest(title string, key *dpop.Key) (*wire.Exchange, error) {
	p, err := w.place()
	if err != nil {
		return nil, err
	}
	probe, err := w.prepare(key.Thumbprint)
	if err != nil {
		return nil, err
	}
	return w.insist(title, p, probe, key)
}

func (w *World) insist(title string, p Place, probe *Probe, key *dpop.Key) (*wire.Exchange, error) {
	for attempt := 0; ; attempt++ {
		proof, err := dpop.NewProof(key, probe.Occasion, w.Now(probe.Request.URL))
		if err != nil {
			return nil, err
		}
		e, err := w.sendWith(title, probe, "DPoP", []string{proof})
		if err != nil {
			return e, err
		}
		nonce := w.nonces[originOf(probe.Request.URL)]
		if answer, _ := p.Classify(e); answer != Challenged || nonce == probe.Occasion.Nonce || attempt > 0 {
			return e, nil
		}
		probe.Occasion.Nonce = nonce
	}
}

func (w *World) honestProofIsAccepted() error {
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	if err := w.control(key); err != nil {
		return err
	}
	w.controlled = true
	return nil
}

// control sends the endpoint's request with an honest proof by a key; the
// case is inconclusive unless it succeeds and the proof counts.
func (w *World) control(key *dpop.Key) error {
	p, err := w.place()
	if err != nil {
		return err
	}
	e, err := w.honest("positive control: an honest proof", key)
	if err != nil {
		return err
	}
	if answer, _ := p.Classify(e); answer != Accepted {
		return inconclusive("the positive control failed: an honest proof got %s", p.explain(e, nil))
	}
	if reason := w.disregarded(p, e); reason != "" {
		return inconclusive("the positive control failed: an honest proof got %s", reason)
	}
	return w.looksAtProofs(p)
}

// looksAtProofs makes sure that a real PAR endpoint looks at proofs at all, which
// its answers do not show: one that knows nothing of DPoP grants a request whose
// proof is no JWT. That is one fault (RFC 9449 §10.1), which the scenarios of
// pushed requests tell, and none of each check that it leaves out.
func (w *World) looksAtProofs(p Place) error {
	if p != parEndpoint || w.EmbeddedAS() {
		return nil
	}
	overlooks, err := w.Session.FindOut("what proofs does the PAR endpoint overlook?", func() (string, error) {
		probe, err := w.parProbe()
		if err != nil {
			return "", err
		}
		e, err := w.sendWith("does the endpoint look at proofs?", probe, "DPoP", []string{noProof})
		if err != nil {
			return "", err
		}
		if answer, _ := p.Classify(e); answer != Accepted {
			return "", nil
		}
		return "a proof that is no JWT", nil
	})
	if err == nil && overlooks != "" {
		return inconclusive("the positive control failed: the PAR endpoint grants a request with %s, so it looks at none", overlooks)
	}
	return err
}

// keyIsFor exchanges the client's key before anything is bound to it.
func (w *World) keyIsFor(algorithm string) error {
	if err := w.takes(algorithm); err != nil {
		return err
	}
	key, err := w.keyFor(algorithm)
	if err != nil {
		return err
	}
	w.keys["client"] = key
	return nil
}

func (w *World) sendHonest() error {
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	w.defect = nil
	w.attempt, w.attemptErr = w.honest("an honest proof", key)
	return w.attemptErr
}

func (w *World) sendWithoutProof() error {
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	probe, err := w.prepare(key.Thumbprint)
	if err != nil {
		return err
	}
	w.defect = nil
	w.attempt, w.attemptErr = w.sendWith("no proof", probe, "", nil)
	return w.attemptErr
}
