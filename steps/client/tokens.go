package client

import (
	"fmt"
	"net/url"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

func tokenSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Actor](v)
	g.Given(`^the client holds a token( by login)?$`, (*Actor).holdsToken,
		"Lets the client get a token for the API: by client credentials, or by a login and a refresh. By login it "+
			"has a refresh token, too.",
		"Given the client holds a token by login")
	g.When(`^the client obtains a token$`, (*Actor).obtainsToken,
		"Lets the client ask for a new token: by client credentials, by refresh, or by login.",
		"When the client obtains a token")
	g.When(`^the client obtains a token by "([^"]+)"$`, (*Actor).obtainsBy,
		"Lets the client ask for a token by a grant: authorization_code, refresh_token, client_credentials, or a "+
			"grant type as RFC 7591 spells it.",
		`When the client obtains a token by "refresh_token"`)
}

// acquire gets a token the way a client can: without a user where it can. A fresh
// one is another than it has.
func (a *Actor) acquire(fresh bool) error {
	if err := a.run(); err != nil {
		return err
	}
	// The refresh token of a public client is of no use with another key (RFC 9449 §5).
	refreshes := a.holds && fresh && !(a.rotated && a.public())
	switch {
	case a.hello.Can(target.CanClientCredentials) && !a.public() &&
		!(refreshes && a.told.RefreshToken != ""):
		return a.orderToken(target.CanClientCredentials, nil)
	case refreshes && a.hello.Can(target.CanRefresh):
		return a.refresh()
	}
	if err := a.signsIn(); err != nil || a.problem != nil || fresh || !a.hello.Can(target.CanRefresh) {
		return err
	}
	return a.refresh()
}

func (a *Actor) refresh() error { return a.orderToken(target.CanRefresh, nil) }

func (a *Actor) orderToken(grant string, parameters map[string]string) error {
	return a.orderTokenOf("", grant, parameters)
}

// orderTokenOf lets the client ask for a token of a session.
func (a *Actor) orderTokenOf(session, grant string, parameters map[string]string) error {
	act := grant
	if grant == target.CanRefresh {
		act = mockas.GrantRefresh
	}
	return a.order(act, func() error {
		told, err := a.driver.Token(a.Context, target.TokenOrder{
			Grant: grant, Parameters: parameters, Reveal: true, Session: session,
		})
		return a.takes(told, err)
	})
}

// holdsToken gets the token that a scenario begins with. Without it, the scenario
// cannot begin.
func (a *Actor) holdsToken(byLogin string) error {
	switch {
	case byLogin != "":
		if err := a.signsIn(); err != nil {
			return err
		}
		if a.problem == nil && a.hello.Can(target.CanRefresh) {
			if err := a.refresh(); err != nil {
				return err
			}
		}
	case a.Session.Triggered():
		a.holds = true // it sees to that by itself
		return nil
	default:
		if err := a.acquire(false); err != nil {
			return err
		}
	}
	a.early = a.problem
	return nil
}

// holding makes sure that there is a token to call an API with.
func (a *Actor) holding() error {
	if err := a.run(); err != nil || a.holds {
		return err
	}
	return a.holdsToken("")
}

func (a *Actor) obtainsToken() error { return a.acquire(true) }

func (a *Actor) obtainsBy(grant string) error {
	order := grant
	var parameters map[string]string
	switch grant {
	case mockas.GrantCode:
		return a.signsIn()
	case mockas.GrantClientCredentials:
		if err := a.run(); err == nil && a.public() {
			return world.NotApplicablef("the client is a public one, which has no credentials to be granted anything for")
		}
		order = target.CanClientCredentials
	case mockas.GrantRefresh:
		order = target.CanRefresh
		if err := a.signsIn(); err != nil {
			return err
		}
		if a.problem != nil {
			a.early = a.problem
			return nil
		}
	default:
		if err := a.needs(grant); err != nil {
			return err
		}
		var err error
		if parameters, err = a.grantParameters(grant); err != nil {
			return err
		}
	}
	if err := a.needs(order); err != nil {
		return err
	}
	return a.orderToken(order, parameters)
}

// grantParameters makes what a grant needs besides its name.
func (a *Actor) grantParameters(grant string) (map[string]string, error) {
	switch grant {
	case mockas.GrantTokenExchange:
		as, err := a.AS()
		if err != nil {
			return nil, err
		}
		token, err := as.Mint(mockas.Mint{
			ClientID: a.setup.Client.ID, Audience: []string{world.AudienceOf(otherAPI)},
		})
		return map[string]string{
			"subject_token":      token,
			"subject_token_type": "urn:ietf:params:oauth:token-type:access_token",
		}, err
	case mockas.GrantDevice:
		code, err := a.deviceCode()
		return map[string]string{"device_code": code}, err
	}
	return nil, fmt.Errorf("no scenario knows the parameters of the grant %s", grant)
}

// deviceCode starts a device grant for the client (RFC 8628 §3.1).
func (a *Actor) deviceCode() (string, error) {
	as, err := a.AS()
	if err != nil {
		return "", err
	}
	app, err := a.itself()
	if err != nil {
		return "", err
	}
	form := url.Values{"resource": {world.AudienceOf(world.DefaultAPI)}}
	e, err := a.Send("device authorization", world.FormRequest(as.URL(mockas.PathDevice), form, app))
	if err != nil {
		return "", err
	}
	body, err := dpop.ParseObject(e.Reply)
	if err != nil {
		return "", err
	}
	return body.Text("device_code")
}

// minter makes access tokens that are the client's without its having asked for
// them.
func (a *Actor) minter(audience ...string) (func() (string, error), error) {
	if err := a.arrange(); err != nil {
		return nil, err
	}
	as, err := a.AS()
	if err != nil {
		return nil, err
	}
	key, err := a.Key("client")
	if err != nil {
		return nil, err
	}
	return func() (string, error) {
		return as.Mint(mockas.Mint{ClientID: a.setup.Client.ID, Audience: audience, Bound: key.Thumbprint})
	}, nil
}
