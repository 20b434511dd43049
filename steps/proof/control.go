package proof

import (
	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func controlSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Prober](v)
	g.Given(`^an honest proof is accepted$`, (*Prober).honestProofIsAccepted,
		"The positive control: the same request with an honest proof must succeed, or the case is inconclusive.",
		"Given an honest proof is accepted")
	g.Given(`^the client's key is for "([^"]+)"$`, (*Prober).keyIsFor,
		"Gives the client a key for that signature algorithm; a real server must advertise it.",
		`Given the client's key is for "RS256"`)
	g.When(`^the request carries an honest proof$`, (*Prober).sendHonest,
		"Sends the endpoint's request with an honest proof, and once more with a nonce if the server asks for one.",
		"When the request carries an honest proof")
	g.When(`^the request carries no proof$`, (*Prober).sendWithoutProof,
		"Sends the endpoint's request without a DPoP field.",
		"When the request carries no proof")
}

func (w *Prober) honestProofIsAccepted() error {
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	if err := w.control(key); err != nil {
		return err
	}
	w.NoteControl()
	return nil
}

// control sends the endpoint's request with an honest proof by a key; the
// case is inconclusive unless it succeeds and the proof counts.
func (w *Prober) control(key *dpop.Key) error {
	p, err := w.At()
	if err != nil {
		return err
	}
	w.controlKey, w.controlAddress = key, w.Addressed()
	if shared := w.SharedControl(key.Thumbprint); shared != nil {
		w.Show("positive control, shared with other cases: an honest proof", shared)
		return w.looksAtProofs(p)
	}
	if denied := w.ControlDenied(); denied != nil {
		return denied
	}
	if err := w.controlNow(p, "positive control: an honest proof", key); err != nil {
		return err
	}
	return w.looksAtProofs(p)
}

// controlNow is control by a request of its own.
func (w *Prober) controlNow(p world.Endpoint, title string, key *dpop.Key) error {
	e, err := w.grantedTo(p, title, key)
	if err != nil {
		return err
	}
	reason, err := w.disregarded(p, e)
	if err != nil {
		return err
	}
	if reason != "" && !w.EmbeddedAS() { // it was granted: no reason to send no more
		return world.Inconclusivef("the positive control failed: an honest proof got %s", reason)
	}
	if reason != "" {
		return world.Uncontrolledf("the positive control failed: an honest proof got %s", reason)
	}
	w.ControlGranted(key.Thumbprint, e)
	return nil
}

// grantedTo sends the endpoint's request with an honest proof by a key, which must
// be granted.
func (w *Prober) grantedTo(p world.Endpoint, title string, key *dpop.Key) (*wire.Exchange, error) {
	e, err := w.SendHonest(title, key)
	if err != nil {
		return nil, err
	}
	if answer, _ := p.Classify(e); answer != world.Accepted {
		return nil, world.Uncontrolledf("the positive control failed: an honest proof got %s", p.Explain(e, nil))
	}
	return e, nil
}

// disregarded says how a granted request shows that its proof did not count; empty if
// it did. Where a real authorization server need not count it, the case ends.
func (w *Prober) disregarded(p world.Endpoint, e *wire.Exchange) (string, error) {
	reason, err := p.Disregarded(w.World, e)
	if err != nil || reason == "" || p != world.TokenEndpoint {
		return reason, err
	}
	client, grant, err := p.Holder(w.World)
	if a := w.Latest().Ask; a != nil && e == w.Latest().Exchange {
		client, grant, err = a.Client, a.Form.Get("grant_type"), nil
	}
	if err != nil {
		return reason, err
	}
	contradiction, err := w.MayBeUnbound(client, grant)
	if contradiction != "" {
		reason += "; " + contradiction
	}
	return reason, err
}

// ControlAfter sends the honest request of the case once more, after its probes. A
// refusal counts only where this is granted: else the server refuses for another
// reason than the defect. It goes to the address of the control before the probes, for
// an odd one may be what is refused. Without a positive control there is nothing to
// compare, and a server that grants without regard to the proof is one that grants.
func (w *Prober) ControlAfter() error {
	p, err := w.At()
	if err != nil {
		return nil // it is run at no endpoint, so there is no request to compare with
	}
	key := w.controlKey
	if key == nil {
		if key, err = w.Key("client"); err != nil {
			return err
		}
	} else {
		defer w.Readdress(w.controlAddress)()
	}
	e, err := w.grantedTo(p, "control after the probes: an honest proof", key)
	if err != nil {
		return err
	}
	if reason, err := p.Disregarded(w.World, e); err != nil || reason != "" {
		return err // what it grants it grants unbound: so it refuses no honest request
	}
	w.ControlGranted(key.Thumbprint, e)
	return nil
}

// looksAtProofs makes sure that a real PAR endpoint looks at proofs at all, which
// its answers do not show: one that knows nothing of DPoP grants a request whose
// proof is no JWT. That is one fault (RFC 9449 §10.1), which the scenarios of
// pushed requests tell, and none of each check that it leaves out.
func (w *Prober) looksAtProofs(p world.Endpoint) error {
	if p != world.PAREndpoint || w.EmbeddedAS() {
		return nil
	}
	overlooks, err := w.Session.FindOut("what proofs does the PAR endpoint overlook?", func() (string, error) {
		probe, err := p.Probe(w.World, "")
		if err != nil {
			return "", err
		}
		e, err := w.SendWith("does the endpoint look at proofs?", probe, "DPoP", []string{NoProof})
		if err != nil {
			return "", err
		}
		if answer, _ := p.Classify(e); answer != world.Accepted {
			return "", nil
		}
		return "a proof that is no JWT", nil
	})
	if err == nil && overlooks != "" {
		return world.Inconclusivef("the positive control failed: the PAR endpoint grants a request with %s, "+
			"so it looks at none", overlooks)
	}
	return err
}

// keyIsFor exchanges the client's key before anything is bound to it.
func (w *Prober) keyIsFor(algorithm string) error {
	if err := w.takes(algorithm); err != nil {
		return err
	}
	key, err := w.KeyFor(algorithm)
	if err != nil {
		return err
	}
	w.SetKey("client", key)
	return nil
}

func (w *Prober) sendHonest() error {
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	return w.Begin(nil).End(w.SendHonest("an honest proof", key))
}

func (w *Prober) sendWithoutProof() error {
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	probe, err := w.Prepare(key.Thumbprint)
	if err != nil {
		return err
	}
	return w.Begin(nil).End(w.SendWith("no proof", probe, "", nil))
}

// NoProof is what a server that looks at a DPoP field takes for no proof.
const NoProof = "none"
