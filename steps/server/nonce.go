package server

import (
	"errors"
	"fmt"

	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func nonceSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Tester](v)
	g.Given(`^the server requires a nonce at its token endpoint$`, (*Tester).requiresAtToken,
		"Arranges it at the embedded server; a real one must challenge a proof without nonce at its token endpoint.",
		"Given the server requires a nonce at its token endpoint")
	g.When(`^a token request is challenged for a nonce and repeated with it$`, (*Tester).challengedAndRepeated,
		"Sends a proof without nonce, then the same code, refresh token or device code with a new proof that has the nonce.",
		"When a token request is challenged for a nonce and repeated with it")
	g.When(`^a pushed request is challenged for a nonce and repeated with it$`, (*Tester).pushChallengedAndRepeated,
		"Pushes an authorization request with a proof without nonce, then the same request with a new proof that has it.",
		"When a pushed request is challenged for a nonce and repeated with it")
	g.When(`^a token request is refused for its proof and repeated with a good one$`, (*Tester).refusedAndRepeated,
		"Sends a proof with a false signature, then the same code, refresh token or device code with a good proof.",
		"When a token request is refused for its proof and repeated with a good one")
	g.Then(`^the answer hands out a nonce$`, (*Tester).handsOutNonce,
		"The answer should carry a DPoP-Nonce for the next request (RFC 9449 §8.2).",
		"Then the answer hands out a nonce")
	g.Then(`^it is accepted or challenged for a nonce$`, (*Tester).isAcceptedOrChallenged,
		"Either answer is sound; the report says which it was.",
		"Then it is accepted or challenged for a nonce")
}

func (w *Tester) requiresAtToken() error { return w.RequireNonces(world.TokenEndpoint) }

func (w *Tester) challengedAndRepeated() error {
	a, err := w.TokenAsk("token request, proof without nonce")
	if err != nil {
		return err
	}
	return w.repeatChallenged(a)
}

func (w *Tester) pushChallengedAndRepeated() error {
	for _, step := range []struct {
		title string
		send  func(world.Ask) error
	}{
		{"a pushed request that brings a first nonce", func(a world.Ask) error {
			a.Nonce = new(string)
			return w.Try(a)
		}},
		{"a pushed request with that nonce", w.Demand}, // the positive control, which nothing challenges
		{"pushed authorization request, proof without nonce", w.repeatChallenged},
	} {
		a, err := w.pushedAsk(step.title, pushedBinding{proof: true})
		if err != nil {
			return err
		}
		if err := step.send(a); err != nil {
			return err
		}
	}
	return nil
}

// repeatChallenged sends what is asked without nonce, and again with the nonce of the
// challenge.
func (w *Tester) repeatChallenged(a world.Ask) error {
	a.Nonce = new(string)
	if err := w.Try(a); err != nil {
		return err
	}
	e := w.Latest().Exchange
	if answer, _ := a.Endpoint.Classify(e); answer != world.Challenged {
		return world.Inconclusivef("there was no challenge: %s", a.Endpoint.Describe(e, nil))
	}
	a.Title, a.Nonce = "the same request with the nonce", nil
	return w.Try(a)
}

func (w *Tester) refusedAndRepeated() error {
	a, err := w.TokenAsk("token request ")
	if err != nil {
		return err
	}
	key, bad := a.Key, a
	if err := w.spoil(&bad, "signature", "tampered in its first byte"); err != nil {
		return err
	}
	if err := w.Try(bad); err != nil {
		return err
	}
	if err := w.UnlessTaken(world.TokenEndpoint); err != nil {
		return err
	}
	a.Title, a.Key = "the same request with a good proof", key
	return w.Try(a)
}

func (w *Tester) handsOutNonce() error {
	if w.Latest().Exchange == nil {
		return errors.New("nothing was sent; put a When step before this one")
	}
	lines := w.Latest().Exchange.Answer.Values("DPoP-Nonce")
	return w.Expect(len(lines) == 1, "a DPoP-Nonce", fmt.Sprintf("DPoP-Nonce %q", lines))
}

func (w *Tester) isAcceptedOrChallenged() error {
	p, attempt, err := w.Judge("answered")
	if err != nil {
		return err
	}
	answer, _ := p.Classify(attempt.Exchange)
	w.Observe("a proof without nonce is %s", answer)
	return w.Expect(answer == world.Accepted || answer == world.Challenged,
		"an accepted request or a challenge for a nonce", p.Describe(attempt.Exchange, nil))
}
