package server

import (
	"fmt"

	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func nonceSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Tester](v)
	g.Given(`^an authorization server that asks for nonces at its token endpoint$`, (*Tester).asksAtToken,
		"Arranges it at the embedded server; a real one must challenge a proof without nonce at its token endpoint.",
		"Given an authorization server that asks for nonces at its token endpoint")
	g.When(`^a token request for the grant "([^"]+)" is challenged for a nonce and repeated with it$`, (*Tester).challengedAndRepeated,
		"Sends a proof without nonce, then the same code, refresh token or device code with a new proof that has the nonce.",
		`When a token request for the grant "authorization_code" is challenged for a nonce and repeated with it`)
	g.Then(`^the answer hands out a nonce$`, (*Tester).handsOutNonce,
		"The answer should carry a DPoP-Nonce for the next request (RFC 9449 §8.2).",
		"Then the answer hands out a nonce")
}

func (w *Tester) asksAtToken() error {
	return w.RequireNonces(world.TokenEndpoint)
}

// askWithoutNonce is a token request whose proof has no nonce.
func (w *Tester) askWithoutNonce() (world.Ask, error) {
	a, err := w.TokenAsk("token request, proof without nonce")
	a.Nonce = new(string)
	return a, err
}

func (w *Tester) challengedAndRepeated(name string) error {
	if err := w.grantIs(name); err != nil {
		return err
	}
	first, err := w.askWithoutNonce()
	if err != nil {
		return err
	}
	if err := w.Try(first); err != nil {
		return err
	}
	if answer, _ := world.TokenEndpoint.Classify(w.Latest().Exchange); answer != world.Challenged {
		return world.Inconclusivef("there was no challenge: %s", world.TokenEndpoint.Describe(w.Latest().Exchange, nil))
	}
	first.Title, first.Nonce = "the same request with the nonce", nil
	return w.Try(first)
}

func (w *Tester) handsOutNonce() error {
	if w.Latest().Exchange == nil {
		return fmt.Errorf("nothing was sent; put a When step before this one")
	}
	lines := w.Latest().Exchange.Answer.Values("DPoP-Nonce")
	return w.Expect(len(lines) == 1, "a DPoP-Nonce", fmt.Sprintf("DPoP-Nonce %q", lines))
}
