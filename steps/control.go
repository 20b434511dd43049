package steps

import (
	"github.com/dpopspec/dpopspec/dpop"
)

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

func (w *World) honestProofIsAccepted() error {
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	if err := w.control(key); err != nil {
		return err
	}
	w.Control()
	return nil
}

// control sends the endpoint's request with an honest proof by a key; the
// case is inconclusive unless it succeeds and the proof counts.
func (w *World) control(key *dpop.Key) error {
	p, err := w.At()
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
func (w *World) looksAtProofs(p Endpoint) error {
	if p != parEndpoint || w.EmbeddedAS() {
		return nil
	}
	overlooks, err := w.Session.FindOut("what proofs does the PAR endpoint overlook?", func() (string, error) {
		probe, err := p.usage.probe(w, "")
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
	return w.Begin(nil).End(w.honest("an honest proof", key))
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
	return w.Begin(nil).End(w.sendWith("no proof", probe, "", nil))
}

// noProof is what a server that looks at a DPoP field takes for no proof.
const noProof = "none"
