package steps

import (
	"errors"
	"fmt"
	"slices"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// probing is what a case knows of its proofs, good and bad.
type probing struct {
	controlled bool // an honest proof was accepted
	attempt    *wire.Exchange
	attemptErr error
	defect     *dpop.Defect // what was wrong with the proof of the attempt
	unattended bool         // a nonce challenge came twice: the defect was never looked at
}

func init() {
	registrations = append(registrations, func(v *Vocabulary) {
		v.Given(`^an honest proof is accepted$`, (*World).honestProofIsAccepted,
			"The positive control: the same request with an honest proof must succeed, or the case is inconclusive.",
			"Given an honest proof is accepted")
		v.When(`^(?:the client sends|the request carries) an honest proof$`, (*World).sendHonest,
			"Sends the endpoint's request with an honest proof, and once more with a nonce if the server asks for one.",
			"When the request carries an honest proof")
		v.When(`^the request carries a proof whose (.+?) is (.+)$`, (*World).sendForged,
			"Sends the endpoint's request with a proof that has exactly one thing wrong or odd, and the newest nonce.",
			"When the request carries a proof whose htm is missing")
		v.When(`^the request carries no proof$`, (*World).sendWithoutProof,
			"Sends the endpoint's request without a DPoP field.",
			"When the request carries no proof")
		v.Then(`^it is refused$`, (*World).isRefused,
			"The request must be refused with a client error, for the defect that was sent, and nothing issued or served.",
			"Then it is refused")
		v.Then(`^it is accepted$`, (*World).isAccepted,
			"The request must succeed.",
			"Then it is accepted")
		v.Then(`^it is refused as an invalid proof$`, (*World).isRefusedAsInvalidProof,
			"The refusal must have the form that RFC 9449 gives it: status 400 and the error invalid_dpop_proof in JSON at the authorization server (§5), a DPoP challenge with that error at a resource server (§7.1).",
			"Then it is refused as an invalid proof")
	})
}

// sendWith sends a prepared request with the given DPoP field lines.
func (w *World) sendWith(title string, probe *Probe, name string, lines []string) (*wire.Exchange, error) {
	request := probe.Request
	request.Fields = slices.Clone(request.Fields)
	for _, line := range lines {
		request.Fields = append(request.Fields, wire.Field{Name: name, Value: line})
	}
	return w.Send(title, request)
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
	p, err := w.place()
	if err != nil {
		return err
	}
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	e, err := w.honest("positive control: an honest proof", key)
	if err != nil {
		return err
	}
	if answer, _ := p.Classify(e); answer != Accepted {
		return inconclusive("the positive control failed: an honest proof got %s", p.describe(e, nil))
	}
	w.controlled = true
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

// forgery makes the material of a forged proof for a request.
func (w *World) forgery(probe *Probe) (dpop.Forgery, error) {
	key, err := w.Key("client")
	if err != nil {
		return dpop.Forgery{}, err
	}
	aids, err := w.aids()
	if err != nil {
		return dpop.Forgery{}, err
	}
	return dpop.Forgery{Key: key, Occasion: probe.Occasion, Now: w.Now(probe.Request.URL), Aids: aids}, nil
}

func (w *World) sendForged(part, value string) error {
	p, err := w.place()
	if err != nil {
		return err
	}
	defect, err := dpop.FindDefect(part, value)
	if err != nil {
		return err
	}
	w.defect = &defect
	for range 2 { // a challenge hides the defect: send it again with the nonce
		w.attempt, w.attemptErr = w.forge(defect)
		if w.attempt == nil || w.attemptErr != nil && !tolerable(defect) {
			return w.attemptErr
		}
		answer, _ := p.Classify(w.attempt)
		w.unattended = answer == Challenged && !slices.Contains(defect.Refused, "nonce")
		if !w.unattended {
			return nil
		}
	}
	return nil
}

// forge sends one forged proof. Where the defect lies in the key, the token is
// bound to that very key, so that the binding is not what refuses it.
func (w *World) forge(defect dpop.Defect) (*wire.Exchange, error) {
	key, err := w.Key("client")
	if err != nil {
		return nil, err
	}
	thumbprint := key.Thumbprint
	for {
		probe, err := w.prepare(thumbprint)
		if err != nil {
			return nil, err
		}
		forgery, err := w.forgery(probe)
		if err != nil {
			return nil, err
		}
		forged, err := defect.Forge(forgery)
		var unforgeable *dpop.NotForgeable
		if errors.As(err, &unforgeable) {
			return nil, notApplicable("%s", unforgeable.Error())
		}
		if err != nil {
			return nil, fmt.Errorf("forging: %w", err)
		}
		if probe.Occasion.AccessToken != "" && forged.Thumbprint != "" && forged.Thumbprint != thumbprint {
			thumbprint = forged.Thumbprint
			continue
		}
		return w.sendWith(fmt.Sprintf("a proof whose %s is %s", defect.Part, defect.Value), probe, forged.FieldName, forged.Fields)
	}
}

// tolerable reports whether a broken connection is an answer to the defect: a
// server may hang up on a field of a megabyte.
func tolerable(d dpop.Defect) bool { return slices.Contains(d.Refused, "size") }

func (w *World) isAccepted() error {
	p, err := w.place()
	if err != nil {
		return err
	}
	if w.attempt == nil {
		return fmt.Errorf("nothing was sent that could be accepted; put a When step before this one")
	}
	if !w.controlled && w.defect != nil {
		return fmt.Errorf(`a probe without its positive control; put "Given an honest proof is accepted" first`)
	}
	answer, _ := p.Classify(w.attempt)
	if answer == Unclear {
		return inconclusive("the answer tells neither acceptance nor refusal: %s", p.describe(w.attempt, w.attemptErr))
	}
	return w.Expect(answer == Accepted, "the request to be accepted", p.describe(w.attempt, w.attemptErr))
}

func (w *World) isRefused() error {
	p, err := w.place()
	if err != nil {
		return err
	}
	if w.attempt == nil {
		return fmt.Errorf("nothing was sent that could be refused; put a When step before this one")
	}
	if !w.controlled {
		return fmt.Errorf(`a negative probe without its positive control; put "Given an honest proof is accepted" first`)
	}
	actual := p.describe(w.attempt, w.attemptErr)
	if w.attemptErr != nil {
		return w.Expect(true, "the request to be refused", actual)
	}
	if w.unattended {
		return inconclusive("a nonce challenge hid the defect, also with the newest nonce")
	}
	answer, _ := p.Classify(w.attempt)
	if answer == Unclear {
		return inconclusive("the answer tells neither acceptance nor refusal: %s", actual)
	}
	if err := w.Expect(answer == Refused || answer == Challenged, "the request to be refused", actual); err != nil {
		return err
	}
	if err := w.nothingGranted(); err != nil {
		return err
	}
	return w.attributed()
}

// nothingGranted looks into the answer and into what an embedded server noted:
// a refusal that issues or serves something is none.
func (w *World) nothingGranted() error {
	for _, fact := range []string{"issued", "served", "side-effect"} {
		if value, found := w.attempt.Fact(fact); found {
			return w.Expect(false, "nothing to be issued, served or done for a refused request", fact+": "+value)
		}
	}
	if body, err := dpop.ParseObject(w.attempt.Reply); err == nil {
		for _, name := range []string{"access_token", "refresh_token", "id_token", "request_uri"} {
			if body.Has(name) {
				return w.Expect(false, "no token in the answer to a refused request", "a member "+name)
			}
		}
	}
	return nil
}

// attributed makes sure, where an embedded server tells, that the defect is
// what was refused and not something else.
func (w *World) attributed() error {
	if w.defect == nil || w.recorder(w.attempt.URL) == nil {
		return nil
	}
	check, found := w.attempt.Fact("refused-by")
	switch {
	case !found:
		return inconclusive("refused, but by no check of the proof")
	case !slices.Contains(w.defect.Refused, check):
		reason, _ := w.attempt.Fact("refusal")
		return inconclusive("refused by the check %s (%s), not by one of %v", check, reason, w.defect.Refused)
	}
	return nil
}

func (w *World) isRefusedAsInvalidProof() error {
	p, err := w.place()
	if err != nil {
		return err
	}
	if err := w.isRefused(); err != nil {
		return err
	}
	code := p.ErrorCode(w.attempt)
	if err := w.Expect(code == dpop.InvalidProof, "the error "+dpop.InvalidProof, fmt.Sprintf("the error %q", code)); err != nil {
		return err
	}
	if p.Resource {
		return nil
	}
	form := fmt.Sprintf("status %d, JSON %v", w.attempt.Status, isJSON(w.attempt.Answer))
	return w.Expect(w.attempt.Status == 400 && isJSON(w.attempt.Answer), "status 400 with a JSON body", form)
}
