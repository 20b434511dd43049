package server

import (
	"errors"

	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// notGranted judge that a client did not get what it asked for.
var notGranted = vocabulary.Meanings[func(*Tester) error]{
	"code": (*Tester).getsNoCode, "token": (*Tester).getsNoToken,
	"answer but an error":                          (*Tester).getsError,
	"access token from the authorization endpoint": (*Tester).getsNoFrontToken,
}

func (w *Tester) getsNo(what string) error {
	judge, err := notGranted.Of(what)
	if err != nil {
		return err
	}
	return judge(w)
}

func (w *Tester) getsNoCode() error {
	if !w.authorization.answered {
		return errors.New("no authorization request was made; put a When step before this one")
	}
	denied := w.authorization.denied
	if denied == nil {
		return w.Expect(false, "no code", "a code")
	}
	return w.Expect(denied.Status < 500, "no code", denied.Error())
}

func (w *Tester) getsNoToken() error {
	if denied := w.authorization.denied; denied != nil {
		return w.Expect(denied.Status < 500, "a refusal", denied.Error())
	}
	e := w.Latest().Exchange
	if e == nil {
		return errors.New("nothing was asked for; put a When step before this one")
	}
	answer, _ := world.TokenEndpoint.Classify(e)
	refused := answer == world.Refused || answer == world.Challenged
	return w.Expect(refused, "no token", world.TokenEndpoint.Describe(e, nil))
}

func (w *Tester) ownJKTCounts() error {
	if denied := w.authorization.denied; denied != nil {
		return w.Expect(denied.Status < 500, "a refusal", denied.Error())
	}
	if _, err := w.grantedNow(); err != nil {
		return err
	}
	return w.Expect(true, "a token", "a token")
}

func (w *Tester) hasNotFailed() error {
	if denied := w.authorization.denied; denied != nil {
		return w.Expect(denied.Status < 500, "no server error", denied.Error())
	}
	e := w.Latest().Exchange
	if e == nil {
		return errors.New("nothing was asked for; put a When step before this one")
	}
	return w.Expect(e.Status < 500, "no server error", world.TokenEndpoint.Describe(e, nil))
}
