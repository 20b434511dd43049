package steps

import (
	"fmt"
)

func init() {
	registrations = append(registrations, func(v *Vocabulary) {
		v.Given(`^an authorization server that asks for nonces at its token endpoint$`, (*World).asksAtToken,
			"Arranges it at the embedded server; a real one must challenge a proof without nonce at its token endpoint.",
			"Given an authorization server that asks for nonces at its token endpoint")
		v.When(`^a token request for the grant "([^"]+)" is challenged for a nonce and repeated with it$`, (*World).challengedAndRepeated,
			"Sends a proof without nonce, then the same code, refresh token or device code with a new proof that has the nonce.",
			`When a token request for the grant "authorization_code" is challenged for a nonce and repeated with it`)
		v.Then(`^the answer hands out a nonce$`, (*World).handsOutNonce,
			"The answer should carry a DPoP-Nonce for the next request (RFC 9449 §8.2).",
			"Then the answer hands out a nonce")
	})
}

func (w *World) asksAtToken() error {
	return w.requireNonces(tokenEndpoint)
}

// askWithoutNonce is a token request whose proof has no nonce.
func (w *World) askWithoutNonce() (ask, error) {
	a, err := w.tokenAsk("token request, proof without nonce")
	a.nonce = new(string)
	return a, err
}

func (w *World) challengedAndRepeated(name string) error {
	if err := w.grantIs(name); err != nil {
		return err
	}
	first, err := w.askWithoutNonce()
	if err != nil {
		return err
	}
	if err := w.try(first); err != nil {
		return err
	}
	if answer, _ := tokenEndpoint.Classify(w.Latest().Exchange); answer != Challenged {
		return inconclusive("there was no challenge: %s", tokenEndpoint.describe(w.Latest().Exchange, nil))
	}
	first.title, first.nonce = "the same request with the nonce", nil
	return w.try(first)
}

func (w *World) handsOutNonce() error {
	if w.Latest().Exchange == nil {
		return fmt.Errorf("nothing was sent; put a When step before this one")
	}
	lines := w.Latest().Exchange.Answer.Values("DPoP-Nonce")
	return w.Expect(len(lines) == 1, "a DPoP-Nonce", fmt.Sprintf("DPoP-Nonce %q", lines))
}
