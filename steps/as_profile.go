package steps

import (
	"fmt"
)

func init() {
	registrations = append(registrations, func(v *Vocabulary) {
		v.Then(`^the refresh token stays good$`, (*World).refreshTokenStays,
			"After a refresh the same refresh token, or the one before, must still work (no routine rotation).",
			"Then the refresh token stays good")
		v.When(`^the server is asked whether it asks for nonces$`, (*World).observesNonces,
			"Sends a token request whose proof has no nonce.",
			"When the server is asked whether it asks for nonces")
		v.Then(`^the profile refuses it$`, (*World).profileRefuses,
			"What is sound by RFC 9449 must be refused all the same, because the profile does not allow it.",
			"Then the profile refuses it")
		v.Then(`^either answer is sound$`, (*World).eitherAnswer,
			"The request is accepted or challenged for a nonce; the report says which it was.",
			"Then either answer is sound")
	})
}

// profileRefuses forgets that the proof is sound elsewhere.
func (w *World) profileRefuses() error {
	w.Latest().Defect = nil
	return w.isRefused()
}

func (w *World) refreshTokenStays() error {
	grant, err := w.grantedNow()
	if err != nil {
		return err
	}
	first := of[lastLogin](w).first
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
	if err := w.try(a); err != nil {
		return err
	}
	answer, _ := tokenEndpoint.Classify(w.Latest().Exchange)
	return w.Expect(answer == Accepted, "the refresh token before to work for a retry", tokenEndpoint.describe(w.Latest().Exchange, nil))
}

func (w *World) observesNonces() error {
	a, err := w.askWithoutNonce()
	if err != nil {
		return err
	}
	return w.try(a)
}

func (w *World) eitherAnswer() error {
	if w.Latest().Exchange == nil {
		return fmt.Errorf("nothing was sent; put a When step before this one")
	}
	answer, _ := tokenEndpoint.Classify(w.Latest().Exchange)
	w.Observe("a proof without nonce is %s", answer)
	return w.Expect(answer == Accepted || answer == Challenged, "an accepted request or a challenge for a nonce", tokenEndpoint.describe(w.Latest().Exchange, nil))
}
