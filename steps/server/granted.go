package server

import (
	"errors"

	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// grantedNow returns what the latest token request gave; that it gave nothing is
// a violation.
func (w *Tester) grantedNow() (*world.Tokens, error) {
	e := w.Latest().Exchange
	if e == nil {
		return nil, errors.New("no token was asked for; put a When step before this one")
	}
	answer, _ := world.TokenEndpoint.Classify(e)
	if answer == world.Accepted && w.Latest().Ask != nil {
		return w.Tokens(), nil
	}
	if answer == world.Accepted { // it was asked for to probe a proof
		if grant, err := world.ReadTokens(target.RegisteredClient{}, e); err == nil {
			return grant, nil
		}
	}
	return nil, w.Expect(false, "a token", world.TokenEndpoint.Describe(e, w.Latest().Err))
}

// grantedIfAny is grantedNow where a refusal is sound: nil if the latest token
// request was refused.
func (w *Tester) grantedIfAny() (*world.Tokens, error) {
	e := w.Latest().Exchange
	if e == nil {
		return nil, errors.New("no token was asked for; put a When step before this one")
	}
	switch answer, _ := world.TokenEndpoint.Classify(e); answer {
	case world.Accepted:
		return w.grantedNow()
	case world.Refused, world.Challenged:
		return nil, nil
	}
	return nil, world.Inconclusivef("the answer tells neither acceptance nor refusal: %s",
		world.TokenEndpoint.Describe(e, nil))
}
