package proof

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func answersSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Prober](v)
	g.Then(`^it is refused$`, (*Prober).IsRefused,
		"The request must be refused with a client error, for the defect that was sent, and nothing issued or served.",
		"Then it is refused")
	g.Then(`^it is accepted$`, (*Prober).IsAccepted,
		"The request must succeed, and its proof count: a token is bound to its key.",
		"Then it is accepted")
	g.Then(`^it is accepted or refused$`, (*Prober).isAnswered,
		"Either answer is sound; the server must not fail. The report says which it was.",
		"Then it is accepted or refused")
	g.Then(`^an honest proof is still accepted$`, (*Prober).honestIsStillAccepted,
		"After what happened, the same request with an honest proof must succeed.",
		"Then an honest proof is still accepted")
}

// IsAccepted demands that the latest attempt was granted, and its proof counted.
func (w *Prober) IsAccepted() error {
	p, attempt, err := w.Judge("accepted")
	if err != nil {
		return err
	}
	if !w.Controlled() && attempt.Defect != nil {
		return fmt.Errorf(`a probe without its positive control; put "Given an honest proof is accepted" first`)
	}
	actual := p.Explain(attempt.Exchange, attempt.Err)
	answer, _ := p.Classify(attempt.Exchange)
	switch {
	case answer == world.Unclear:
		return world.Inconclusivef("the answer tells neither acceptance nor refusal: %s", actual)
	case answer == world.Challenged && attempt.Hidden:
		return world.Inconclusivef("a nonce challenge hid the proof, also with the newest nonce")
	}
	if answer == world.Accepted {
		reason, err := w.disregarded(p, attempt.Exchange)
		if err != nil {
			return err
		}
		if reason != "" {
			return w.Expect(false, "the request to be accepted and its proof to count", reason)
		}
		if err := w.countsWhereItBinds(p, attempt); err != nil {
			return err
		}
	}
	if answer == world.Refused {
		if err := w.unannounced(); err != nil {
			return err
		}
		if err := w.refusedAnyhow(); err != nil {
			return err
		}
	}
	return w.Expect(answer == world.Accepted, "the request to be accepted", actual)
}

// countsWhereItBinds makes sure that a real PAR endpoint has seen a proof in an odd
// field: it grants a request without one as well, and binds nothing. A server where
// nobody can log in does not show it.
func (w *Prober) countsWhereItBinds(p world.Endpoint, attempt *world.Attempt) error {
	if p != world.PAREndpoint || w.EmbeddedAS() || attempt.Defect == nil || attempt.Defect.Part != "field name" {
		return nil
	}
	thumbprint, err := w.proofThumbprint()
	if err != nil {
		return err
	}
	jkt, err := w.BoundByPush(attempt.Exchange, thumbprint, w.pushAgain)
	var unseen *world.NotApplicable
	if errors.As(err, &unseen) {
		return nil
	}
	if err != nil || jkt != "" {
		return err
	}
	return w.Expect(false, "the request to be accepted and its proof to count", "its code was redeemed with another key")
}

// pushAgain sends a push that is like the latest one: with the same defect, or honest.
func (w *Prober) pushAgain() (*wire.Exchange, error) {
	if defect := w.Latest().Defect; defect != nil {
		return w.forgeWithLuck(*defect)
	}
	key, err := w.Key("client")
	if err != nil {
		return nil, err
	}
	return w.SendHonest("a push like it", key)
}

// refusedAnyhow finds out whether a token request is refused without its proof
// too, with the same error: then the refusal tells nothing of DPoP. A client
// that may not use the grant, or a parameter that the server wants besides,
// looks so. Errors that tell of the proof, of its nonce or of a grant that is
// spent or bound are what they say.
func (w *Prober) refusedAnyhow() error {
	a := w.Latest().Ask
	if a == nil || a.Key == nil || w.Controlled() {
		return nil
	}
	_, code := a.Endpoint.Classify(w.Latest().Exchange)
	spent := a.Form.Has("code") || a.Form.Has("refresh_token") || a.Form.Has("device_code") ||
		a.Form.Has("pre-authorized_code")
	if slices.Contains([]string{"", dpop.InvalidProof, dpop.UseNonce}, code) || spent && code == "invalid_grant" {
		return nil
	}
	plain := *a
	plain.Title, plain.Key = "the same request without a proof", nil
	e, err := w.SendAsk(plain)
	if err != nil {
		return err
	}
	if answer, other := a.Endpoint.Classify(e); answer == world.Refused && other == code {
		return world.Inconclusivef("refused without a proof too: %s", a.Endpoint.Explain(e, nil))
	}
	return nil
}

// IsRefused demands that the latest attempt was refused for its defect, and
// nothing granted.
func (w *Prober) IsRefused() error {
	p, attempt, err := w.Judge("refused")
	if err != nil {
		return err
	}
	if !w.Controlled() {
		return fmt.Errorf(`a negative probe without its positive control; put "Given an honest proof is accepted" first`)
	}
	actual := p.Describe(attempt.Exchange, attempt.Err)
	if attempt.Err != nil {
		return w.Expect(true, "the request to be refused", actual)
	}
	if attempt.Hidden {
		return world.Inconclusivef("a nonce challenge hid the defect, also with the newest nonce")
	}
	answer, _ := p.Classify(attempt.Exchange)
	if answer == world.Unclear {
		return world.Inconclusivef("the answer tells neither acceptance nor refusal: %s", actual)
	}
	if answer == world.Accepted {
		if governed, err := w.governed(p, attempt); err != nil || governed {
			return cmp.Or(err, timeOfNonce())
		}
	}
	refused := answer == world.Refused || answer == world.Challenged
	if err := w.Expect(refused, "the request to be refused", actual); err != nil {
		return err
	}
	if err := w.NothingGranted(); err != nil {
		return err
	}
	return w.attributed()
}

// NothingGranted looks into the answer and into what an embedded server noted:
// a refusal that issues or serves something is none.
func (w *Prober) NothingGranted() error {
	for _, fact := range []string{"issued", "served", "side-effect"} {
		if value, found := w.Latest().Exchange.Fact(fact); found {
			return w.Expect(false, "nothing to be issued, served or done for a refused request", fact+": "+value)
		}
	}
	if body, err := dpop.ParseObject(w.Latest().Exchange.Reply); err == nil {
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
func (w *Prober) attributed() error {
	if w.Latest().Defect == nil || w.Recorder(w.Latest().Exchange.URL) == nil {
		return nil
	}
	check, found := w.Latest().Exchange.Fact("refused-by")
	switch {
	case !found:
		return world.Inconclusivef("refused, but by no check of the proof")
	case !slices.Contains(w.Latest().Defect.Refused, check):
		reason, _ := w.Latest().Exchange.Fact("refusal")
		return world.Inconclusivef("refused by the check %s (%s), not by one of %v", check, reason, w.Latest().Defect.Refused)
	}
	return nil
}

// isAnswered is for what the texts leave open.
func (w *Prober) isAnswered() error {
	p, attempt, err := w.Judge("answered")
	if err != nil {
		return err
	}
	actual := p.Describe(attempt.Exchange, attempt.Err)
	if attempt.Err != nil {
		return w.Expect(true, "an answer that is no failure of the server", actual)
	}
	answer, _ := p.Classify(attempt.Exchange)
	switch answer {
	case world.Unclear:
		return world.Inconclusivef("the answer tells neither acceptance nor refusal: %s", actual)
	case world.Refused:
		if err := w.NothingGranted(); err != nil {
			return err
		}
	}
	w.Observe("%s", actual)
	return w.Expect(answer != world.Broken, "an answer that is no failure of the server", actual)
}

func (w *Prober) honestIsStillAccepted() error {
	if !w.Controlled() {
		return fmt.Errorf(`a probe without its positive control; put "Given an honest proof is accepted" first`)
	}
	if a := w.Latest(); a.Shared { // what the refused proof leaves behind is looked at here
		if err := w.sendDefectUnless(*a.Defect, unshared); err != nil {
			return err
		}
	}
	if err := w.sendHonest(); err != nil {
		return err
	}
	return w.IsAccepted()
}
