package client

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

func actsSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Actor](v)
	g.Given(`^the client follows the documentation of the SDK$`, (*Actor).followsDocumentation,
		"Requires a client that claims to do what the documentation behind the AUTH0 requirements says.",
		"Given the client follows the documentation of the SDK")
	g.Given(`^the client holds a token$`, (*Actor).holdsToken,
		"Lets the client get a token for the API: by client credentials, or by a login and a refresh.",
		"Given the client holds a token")
	g.Given(`^the client is a public one$`, (*Actor).isPublic,
		"Makes the client a public one, without credentials (RFC 6749 §2.1).",
		"Given the client is a public one")
	g.When(`^the client signs in$`, (*Actor).signsIn,
		"Lets a user sign in with the authorization code grant; the user consents.",
		"When the client signs in")
	g.When(`^the client signs in through a pushed request$`, (*Actor).pushes,
		"Lets a user sign in, with a pushed authorization request (RFC 9126).",
		"When the client signs in through a pushed request")
	g.When(`^the client obtains a token$`, (*Actor).obtainsToken,
		"Lets the client ask for a new token: by client credentials, by refresh, or by login.",
		"When the client obtains a token")
	g.When(`^the client obtains a token by "([^"]+)"$`, (*Actor).obtainsBy,
		"Lets the client ask for a token by a grant: authorization_code, refresh_token, client_credentials, or a grant type as RFC 7591 spells it.",
		`When the client obtains a token by "refresh_token"`)
	g.When(`^the client fetches from the API$`, (*Actor).fetchesAny,
		"Lets the client call the API with GET; it gets a token first if it has none.",
		"When the client fetches from the API")
	g.When(`^the client fetches from the API again$`, (*Actor).fetchesAny,
		"Lets the client call the API once more.",
		"When the client fetches from the API again")
	g.When(`^the client fetches "([A-Za-z]+) (\S+)"$`, (*Actor).fetches,
		"Lets the client call the API with a method and a path; methods that have a body are given one.",
		`When the client fetches "POST /orders?page=2"`)
	g.When(`^the client fetches from the API (\d+) times$`, (*Actor).fetchesTimes,
		"Lets the client call the API so many times, one after the other.",
		"When the client fetches from the API 3 times")
	g.When(`^the client fetches from the other API$`, (*Actor).fetchesOther,
		"Lets the client call the second API, called invoices, with the token that it has.",
		"When the client fetches from the other API")
	g.When(`^the client goes through a session$`, (*Actor).session,
		"Lets the client do all it can: log in (pushed, if it can), refresh, call the API with several methods and URLs.",
		"When the client goes through a session")
	g.When(`^the client starts anew$`, (*Actor).startsAnew,
		"Ends the client's process and starts another one with the same environment and configuration.",
		"When the client starts anew")
	g.When(`^the client registers$`, (*Actor).registers,
		"Lets the client register at the authorization server (RFC 7591).",
		"When the client registers")
	g.Then(`^the client succeeds$`, (*Actor).succeeds,
		"The client must report no error and, after a call of the API, hand on an answer of success.",
		"Then the client succeeds")
	g.Then(`^the client reports an error$`, (*Actor).reports,
		"The client must report an error to its user.",
		"Then the client reports an error")
	g.Then(`^the client fails cleanly$`, (*Actor).failsCleanly,
		"The client must report an error, or hand on the answer that refused its request.",
		"Then the client fails cleanly")
}

func (w *Actor) followsDocumentation() error {
	_, err := w.can(target.FollowsDocumentation)
	return err
}

func (w *Actor) isPublic() error {
	a, err := w.can(target.CanLogin)
	if err != nil {
		return err
	}
	a.setup.Client = target.ClientLogin{ID: "public app", Auth: mockas.AuthNone}
	return nil
}

// acquire gets a token the way a client can: without a user where it can.
func (w *Actor) acquireToken(fresh bool) error {
	a, err := w.running()
	if err != nil {
		return err
	}
	switch {
	case a.hello.Can(target.CanClientCredentials) && a.setup.Client.Auth != mockas.AuthNone && !(a.holds && fresh && a.told.RefreshToken != ""):
		return w.orderToken(target.TokenOrder{Grant: target.CanClientCredentials, Reveal: true})
	case a.holds && fresh && a.hello.Can(target.CanRefresh):
		return w.orderToken(target.TokenOrder{Grant: target.CanRefresh, Reveal: true})
	}
	if err := w.orderLogin(target.LoginOrder{Reveal: true}); err != nil || a.problem != nil || fresh || !a.hello.Can(target.CanRefresh) {
		return err
	}
	return w.orderToken(target.TokenOrder{Grant: target.CanRefresh, Reveal: true})
}

func (w *Actor) orderLogin(o target.LoginOrder) error {
	if _, err := w.can(target.CanLogin); err != nil {
		return err
	}
	act := mockas.GrantCode
	if par := w.setup.Options.PAR; par != nil && *par {
		act = toPAR
	}
	return w.order(act, func(ctx context.Context, a *Actor) (err error) {
		if a.told, err = a.driver.Login(ctx, o); err == nil {
			a.holds = true
		}
		return err
	})
}

func (w *Actor) orderToken(o target.TokenOrder) error {
	act := o.Grant
	if act == target.CanRefresh {
		act = mockas.GrantRefresh
	}
	return w.order(act, func(ctx context.Context, a *Actor) (err error) {
		if a.told, err = a.driver.Token(ctx, o); err == nil {
			a.holds = true
		}
		return err
	})
}

func (w *Actor) holdsToken() error {
	if w.Session.Triggered() {
		w.holds = true // it sees to that by itself
		return nil
	}
	if err := w.acquireToken(false); err != nil {
		return err
	}
	a := w
	a.early = a.problem
	return nil
}

// began makes sure that the client came to what the scenario is about:
// without a token, say, nothing can be said of a call with one.
func (w *Actor) began() error {
	if a := w; a.early != nil {
		return world.Inconclusivef("the client does not come so far: %v", a.early)
	}
	return nil
}

func (w *Actor) signsIn() error { return w.orderLogin(target.LoginOrder{Reveal: true}) }

func (w *Actor) pushes() error {
	a, err := w.can(target.CanPAR)
	if err != nil {
		return err
	}
	yes := true
	a.setup.Options.PAR = &yes
	return w.signsIn()
}

func (w *Actor) obtainsToken() error { return w.acquireToken(true) }

func (w *Actor) obtainsBy(grant string) error {
	order := target.TokenOrder{Grant: grant, Reveal: true}
	switch grant {
	case mockas.GrantCode:
		return w.signsIn()
	case mockas.GrantClientCredentials:
		order.Grant = target.CanClientCredentials
	case mockas.GrantRefresh:
		order.Grant = target.CanRefresh
		if err := w.signsIn(); err != nil {
			return err
		}
		if a := w; a.problem != nil {
			a.early = a.problem
			return nil
		}
	default:
		if _, err := w.can(grant); err != nil {
			return err
		}
		var err error
		if order.Parameters, err = w.grantParameters(grant); err != nil {
			return err
		}
	}
	if _, err := w.can(order.Grant); err != nil {
		return err
	}
	return w.orderToken(order)
}

// grantParameters makes what a grant needs besides its name.
func (w *Actor) grantParameters(grant string) (map[string]string, error) {
	as, err := w.AS()
	if err != nil {
		return nil, err
	}
	switch grant {
	case mockas.GrantTokenExchange:
		token, err := as.Mint(mockas.Mint{ClientID: "app", Audience: []string{world.AudienceOf("invoices")}})
		return map[string]string{"subject_token": token, "subject_token_type": "urn:ietf:params:oauth:token-type:access_token"}, err
	case mockas.GrantDevice:
		form := url.Values{"client_id": {"app"}, "client_secret": {"app-secret"}, "resource": {world.AudienceOf(world.DefaultAPI)}}
		e, err := w.Send("device authorization", world.FormRequest(as.URL(mockas.PathDevice), form, target.RegisteredClient{ID: "app", Secret: "app-secret", Auth: mockas.AuthPost}))
		if err != nil {
			return nil, err
		}
		body, err := replyObject(e)
		if err != nil {
			return nil, err
		}
		code, err := body.Text("device_code")
		return map[string]string{"device_code": code}, err
	}
	return nil, fmt.Errorf("no scenario knows the parameters of the grant %s", grant)
}

// holding makes sure that there is a token to call an API with.
func (w *Actor) holding() error {
	a, err := w.running()
	if err != nil || a.holds {
		return err
	}
	return w.holdsToken()
}

// fetch lets the client call an API with the token that it has.
func (w *Actor) orderFetch(o target.FetchOrder) error {
	if _, err := w.can(target.CanFetch); err != nil {
		return err
	}
	if err := w.holding(); err != nil || w.early != nil {
		return err
	}
	return w.fetchUnready(o)
}

// fetchUnready is fetch without a token got beforehand.
func (w *Actor) fetchUnready(o target.FetchOrder) error {
	err := w.order(toAPI, func(ctx context.Context, a *Actor) (err error) {
		a.fetched = nil
		if a.fetched, err = a.driver.Fetch(ctx, o); err == nil && a.fetched.Thrown != nil {
			a.problem = a.fetched.Thrown
		}
		return err
	})
	if err != nil {
		return err
	}
	return w.triggerTook()
}

func (w *Actor) fetchesAny() error { return w.fetches("GET", "/orders") }

func (w *Actor) fetches(method, path string) error {
	return w.orderFetch(fetchOf(method, path))
}

// fetchOf gives methods that carry content some (RFC 9110 §9.3).
func fetchOf(method, address string) target.FetchOrder {
	o := target.FetchOrder{Method: method, URL: address}
	if strings.Contains(" POST PUT PATCH QUERY ", " "+method+" ") {
		body := `{"item":"böök","count":2}`
		o.Body, o.Headers = &body, map[string]string{"content-type": "application/json", "x-request": "one"}
	}
	return o
}

func (w *Actor) fetchesTimes(count int) error {
	for range count {
		if err := w.fetchesAny(); err != nil {
			return err
		}
	}
	return nil
}

// fetchesOther calls the second API. A client that keeps a token to one
// origin is given a fetcher for the other.
func (w *Actor) fetchesOther() error {
	api, err := w.API("invoices")
	if err != nil {
		return err
	}
	a, err := w.running()
	if err != nil {
		return err
	}
	o := fetchOf("GET", api.Origin+"/invoices")
	if a.hello.Can(target.HasFetchers) {
		o.BaseURL = api.Origin
	}
	return w.orderFetch(o)
}

func (w *Actor) startsAnew() error {
	if w.Session.Triggered() {
		return world.NotApplicablef("a client driven by a trigger URL cannot be told to start anew")
	}
	a, err := w.arranged()
	if err == nil {
		w.restart(a)
	}
	return err
}

func (w *Actor) registers() error {
	if _, err := w.can(target.CanRegister); err != nil {
		return err
	}
	return w.order(toRegister, func(ctx context.Context, a *Actor) error { return a.driver.Register(ctx) })
}

// session lets the client do all it can, so that there are proofs of
// every kind to look at.
func (w *Actor) session() error {
	a, err := w.running()
	if err != nil {
		return err
	}
	if a.hello.Can(target.CanPAR) {
		yes := true
		a.setup.Options.PAR = &yes
	}
	if a.hello.Can(target.CanLogin) {
		if err := w.signsIn(); err != nil || a.problem != nil {
			a.early = a.problem
			return err
		}
		if a.hello.Can(target.CanRefresh) {
			if err := w.orderToken(target.TokenOrder{Grant: target.CanRefresh, Reveal: true}); err != nil || a.problem != nil {
				a.early = a.problem
				return err
			}
		}
	}
	if !a.hello.Can(target.CanFetch) {
		return w.holding()
	}
	for _, request := range [][2]string{{"GET", "/orders"}, {"POST", "/orders"}, {"GET", "/a%2Fb/%C3%A9;v=1?page=2&x=/y"}, {"DELETE", "/orders/7"}} {
		if err := w.fetchesPossible(request[0], request[1]); err != nil {
			return err
		}
	}
	return nil
}

func (w *Actor) succeeds() error {
	a, err := w.arranged()
	if err != nil {
		return err
	}
	if err := w.began(); err != nil {
		return err
	}
	return w.expect(a.succeeded(), "the client to succeed", a.ending())
}

func (w *Actor) reports() error {
	a, err := w.arranged()
	if err != nil {
		return err
	}
	if err := w.began(); err != nil {
		return err
	}
	return w.expect(a.problem != nil, "the client to report an error", a.ending())
}

func (w *Actor) failsCleanly() error {
	a, err := w.arranged()
	if err != nil {
		return err
	}
	if err := w.began(); err != nil {
		return err
	}
	clean := a.problem != nil || a.fetched != nil && a.fetched.Status/100 != 2
	return w.expect(clean, "the client to report an error or to hand the refusal on", a.ending())
}
