package client

import (
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/target"
)

func loginSteps(v *vocabulary.Vocabulary) {
	v.Word("login", "A login that is not the plain one.", logins.Forms()...)
	g := vocabulary.For[Actor](v)
	g.When(`^the client signs in(?: {login})?$`, (*Actor).signsInBy,
		"Lets a user sign in with the authorization code grant; the user consents. The authorization request may be "+
			"pushed (RFC 9126), or the login begin at a URL with a dpop_jkt of somebody else's key.",
		"When the client signs in through a pushed request")
}

var logins = vocabulary.Meanings[func(*Actor) error]{
	"through a pushed request":             (*Actor).pushes,
	"by a URL that names another dpop_jkt": (*Actor).signsInForeign,
}

// signsInBy is the plain login where the scenario names no other.
func (a *Actor) signsInBy(login string) error {
	if login == "" {
		return a.signsIn()
	}
	do, err := logins.Of(login)
	if err != nil {
		return err
	}
	return do(a)
}

func (a *Actor) signsIn() error { return a.orderLogin(target.LoginOrder{Reveal: true}) }

func (a *Actor) pushes() error {
	if err := a.needs(target.CanPAR); err != nil {
		return err
	}
	a.usePAR()
	return a.signsIn()
}

// usePAR lets the logins from now on push their authorization requests.
func (a *Actor) usePAR() {
	yes := true
	a.setup.Options.PAR = &yes
}

func (a *Actor) signsInForeign() error {
	if err := a.needs(target.TakesLoginQuery); err != nil {
		return err
	}
	key, err := a.Key("somebody else")
	if err != nil {
		return err
	}
	return a.orderLogin(target.LoginOrder{Query: map[string]string{"dpop_jkt": key.Thumbprint}})
}

func (a *Actor) orderLogin(o target.LoginOrder) error {
	if err := a.needs(target.CanLogin); err != nil {
		return err
	}
	act := mockas.GrantCode
	if par := a.setup.Options.PAR; par != nil && *par {
		act = toPAR
	}
	return a.order(act, func() error {
		told, err := a.driver.Login(a.Context, o)
		return a.takes(told, err)
	})
}

// takes keeps what the client tells of a token that it got.
func (a *Actor) takes(told target.Told, err error) error {
	a.told = told
	if err == nil {
		a.holds = true
	}
	return err
}
