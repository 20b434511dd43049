package server

import (
	"fmt"

	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func profileSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Tester](v)
	g.Then(`^the refresh token stays good$`, (*Tester).refreshTokenStays,
		"After a refresh the same refresh token, or the one before, must still work (no routine rotation).",
		"Then the refresh token stays good")
	g.When(`^the server is asked whether it asks for nonces$`, (*Tester).observesNonces,
		"Sends a token request whose proof has no nonce.",
		"When the server is asked whether it asks for nonces")
	g.Then(`^the profile refuses it$`, (*Tester).profileRefuses,
		"What is sound by RFC 9449 must be refused all the same, because the profile does not allow it.",
		"Then the profile refuses it")
	g.Then(`^either answer is sound$`, (*Tester).eitherAnswer,
		"The request is accepted or challenged for a nonce; the report says which it was.",
		"Then either answer is sound")
}

// profileRefuses forgets that the proof is sound elsewhere.
func (w *Tester) profileRefuses() error {
	w.Latest().Defect = nil
	return w.IsRefused()
}

func (w *Tester) refreshTokenStays() error {
	grant, err := w.grantedNow()
	if err != nil {
		return err
	}
	first := w.LastLogin.First
	if grant.RefreshToken == first {
		return w.Expect(true, "the same refresh token", "the same refresh token")
	}
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	a, err := w.refreshWith(first, key, "refresh with the token before")
	if err != nil {
		return err
	}
	if err := w.Try(a); err != nil {
		return err
	}
	answer, _ := world.TokenEndpoint.Classify(w.Latest().Exchange)
	return w.Expect(answer == world.Accepted, "the refresh token before to work for a retry", world.TokenEndpoint.Describe(w.Latest().Exchange, nil))
}

func (w *Tester) observesNonces() error {
	a, err := w.askWithoutNonce()
	if err != nil {
		return err
	}
	return w.Try(a)
}

func (w *Tester) eitherAnswer() error {
	if w.Latest().Exchange == nil {
		return fmt.Errorf("nothing was sent; put a When step before this one")
	}
	answer, _ := world.TokenEndpoint.Classify(w.Latest().Exchange)
	w.Observe("a proof without nonce is %s", answer)
	return w.Expect(answer == world.Accepted || answer == world.Challenged, "an accepted request or a challenge for a nonce", world.TokenEndpoint.Describe(w.Latest().Exchange, nil))
}
