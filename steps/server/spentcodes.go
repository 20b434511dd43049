package server

import (
	"errors"

	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// spentCodesSteps are about what serves once: a code (RFC 6749 §4.1.2) and the
// request_uri of a pushed request (RFC 9126 §4).
func spentCodesSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Tester](v)
	g.When(`^the client redeems its code a second time$`, (*Tester).redeemsSpent,
		"Sends the code of the latest login once more, with a new proof by the same key.",
		"When the client redeems its code a second time")
	g.When(`^the client uses the request_uri of a pushed request twice$`, (*Tester).usesRequestTwice,
		"Takes the request_uri to the authorization endpoint until a code comes, and then again.",
		"When the client uses the request_uri of a pushed request twice")
	g.Then(`^what the code gave is revoked$`, (*Tester).giftsAreRevoked,
		"The refresh token must be refused, and the access token at userinfo, as far as the server has them.",
		"Then what the code gave is revoked")
}

func (w *Tester) redeemsSpent() error {
	latest := w.Latest()
	if latest.Ask == nil || !latest.Ask.Form.Has("code") {
		return errors.New("no code was redeemed; put a When step before this one")
	}
	if _, err := w.grantedNow(); err != nil {
		return world.Inconclusivef("the code gave no token the first time: %s",
			world.TokenEndpoint.Describe(latest.Exchange, nil))
	}
	w.NoteControl()
	a := *latest.Ask
	a.Title = "redeeming the code a second time"
	return w.Try(a)
}

func (w *Tester) usesRequestTwice() error {
	b, err := w.bindable(codeBinding{proof: true, pushed: true})
	if err != nil {
		return err
	}
	form, _ := w.AuthorizationForm(b.client)
	front, err := w.Push(b.client, form, b.key)
	if err != nil {
		return err
	}
	if _, err := w.Visit(b.client, front); err != nil {
		return world.UnlessDenied(err)
	}
	w.NoteControl()
	known := &w.authorization
	_, err = w.VisitAlone(b.client, front)
	if errors.As(err, &known.denied) {
		err = nil
	}
	known.answered = err == nil
	return err
}

// giftsAreRevoked looks at the refresh token first: access tokens may be beyond a
// server's reach.
func (w *Tester) giftsAreRevoked() error {
	tokens := w.Tokens()
	if tokens == nil {
		return errors.New("no token was issued; put a When step before this one")
	}
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	looked := false
	if tokens.RefreshToken != "" && tokens.Client.Has(mockas.GrantRefresh) {
		a, err := w.refreshWith(tokens.RefreshToken, key, "refreshing after the second use of the code")
		if err != nil {
			return err
		}
		if err := w.noLongerServes(world.TokenEndpoint, "the refresh token", a); err != nil {
			return err
		}
		looked = true
	}
	metadata, err := w.Metadata()
	if err != nil {
		return err
	}
	if metadata.Userinfo != "" {
		probe := world.ResourceProbe("GET", metadata.Userinfo, tokens.AccessToken)
		e, err := w.SendHonestAt(world.UserinfoEndpoint, "userinfo after the second use of the code", probe, key)
		if err != nil {
			return err
		}
		answer, _ := world.UserinfoEndpoint.Classify(e)
		err = w.Expect(answer != world.Accepted, "the access token to be revoked", world.UserinfoEndpoint.Describe(e, nil))
		if err != nil {
			return err
		}
		looked = true
	}
	if !looked {
		return world.NotApplicablef("the server has neither a refresh token nor userinfo to look at")
	}
	return nil
}

func (w *Tester) noLongerServes(p world.Endpoint, what string, a world.Ask) error {
	e, err := w.SendAsk(a)
	if err != nil {
		return err
	}
	answer, _ := p.Classify(e)
	return w.Expect(answer != world.Accepted, what+" to be revoked", p.Describe(e, nil))
}
