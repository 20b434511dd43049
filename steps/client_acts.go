package steps

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/target"
)

func init() {
	registrations = append(registrations, func(v *Vocabulary) {
		v.Given(`^the client follows the documentation of the SDK$`, (*World).clientFollowsDocumentation,
			"Requires a client that claims to do what the documentation behind the AUTH0 requirements says.",
			"Given the client follows the documentation of the SDK")
		v.Given(`^the client holds a token$`, (*World).clientHoldsToken,
			"Lets the client get a token for the API: by client credentials, or by a login and a refresh.",
			"Given the client holds a token")
		v.Given(`^the client is a public one$`, (*World).clientIsPublic,
			"Makes the client a public one, without credentials (RFC 6749 §2.1).",
			"Given the client is a public one")
		v.When(`^the client signs in$`, (*World).clientSignsIn,
			"Lets a user sign in with the authorization code grant; the user consents.",
			"When the client signs in")
		v.When(`^the client signs in through a pushed request$`, (*World).clientPushes,
			"Lets a user sign in, with a pushed authorization request (RFC 9126).",
			"When the client signs in through a pushed request")
		v.When(`^the client obtains a token$`, (*World).clientObtainsToken,
			"Lets the client ask for a new token: by client credentials, by refresh, or by login.",
			"When the client obtains a token")
		v.When(`^the client obtains a token by "([^"]+)"$`, (*World).clientObtainsBy,
			"Lets the client ask for a token by a grant: authorization_code, refresh_token, client_credentials, or a grant type as RFC 7591 spells it.",
			`When the client obtains a token by "refresh_token"`)
		v.When(`^the client fetches from the API$`, (*World).clientFetchesAny,
			"Lets the client call the API with GET; it gets a token first if it has none.",
			"When the client fetches from the API")
		v.When(`^the client fetches from the API again$`, (*World).clientFetchesAny,
			"Lets the client call the API once more.",
			"When the client fetches from the API again")
		v.When(`^the client fetches "([A-Za-z]+) (\S+)"$`, (*World).clientFetches,
			"Lets the client call the API with a method and a path; methods that have a body are given one.",
			`When the client fetches "POST /orders?page=2"`)
		v.When(`^the client fetches from the API (\d+) times$`, (*World).clientFetchesTimes,
			"Lets the client call the API so many times, one after the other.",
			"When the client fetches from the API 3 times")
		v.When(`^the client fetches from the other API$`, (*World).clientFetchesOther,
			"Lets the client call the second API, called invoices, with the token that it has.",
			"When the client fetches from the other API")
		v.When(`^the client goes through a session$`, (*World).clientSession,
			"Lets the client do all it can: log in (pushed, if it can), refresh, call the API with several methods and URLs.",
			"When the client goes through a session")
		v.When(`^the client starts anew$`, (*World).clientStartsAnew,
			"Ends the client's process and starts another one with the same environment and configuration.",
			"When the client starts anew")
		v.When(`^the client registers$`, (*World).clientRegisters,
			"Lets the client register at the authorization server (RFC 7591).",
			"When the client registers")
		v.Then(`^the client succeeds$`, (*World).clientSucceeds,
			"The client must report no error and, after a call of the API, hand on an answer of success.",
			"Then the client succeeds")
		v.Then(`^the client reports an error$`, (*World).clientReports,
			"The client must report an error to its user.",
			"Then the client reports an error")
		v.Then(`^the client fails cleanly$`, (*World).clientFailsCleanly,
			"The client must report an error, or hand on the answer that refused its request.",
			"Then the client fails cleanly")
	})
}

func (w *World) clientFollowsDocumentation() error {
	_, err := w.clientCan(target.FollowsDocumentation)
	return err
}

func (w *World) clientIsPublic() error {
	a, err := w.clientCan(target.CanLogin)
	if err != nil {
		return err
	}
	a.setup.Client = target.ClientLogin{ID: "public app", Auth: mockas.AuthNone}
	return nil
}

// acquire gets a token the way a client can: without a user where it can.
func (w *World) clientAcquireToken(fresh bool) error {
	a, err := w.clientRunning()
	if err != nil {
		return err
	}
	switch {
	case a.hello.Can(target.CanClientCredentials) && a.setup.Client.Auth != mockas.AuthNone && !(a.holds && fresh && a.told.RefreshToken != ""):
		return w.clientOrderToken(target.TokenOrder{Grant: target.CanClientCredentials, Reveal: true})
	case a.holds && fresh && a.hello.Can(target.CanRefresh):
		return w.clientOrderToken(target.TokenOrder{Grant: target.CanRefresh, Reveal: true})
	}
	if err := w.clientOrderLogin(target.LoginOrder{Reveal: true}); err != nil || a.problem != nil || fresh || !a.hello.Can(target.CanRefresh) {
		return err
	}
	return w.clientOrderToken(target.TokenOrder{Grant: target.CanRefresh, Reveal: true})
}

func (w *World) clientOrderLogin(o target.LoginOrder) error {
	if _, err := w.clientCan(target.CanLogin); err != nil {
		return err
	}
	act := mockas.GrantCode
	if par := of[actor](w).setup.Options.PAR; par != nil && *par {
		act = toPAR
	}
	return w.clientOrder(act, func(ctx context.Context, a *actor) (err error) {
		if a.told, err = a.driver.Login(ctx, o); err == nil {
			a.holds = true
		}
		return err
	})
}

func (w *World) clientOrderToken(o target.TokenOrder) error {
	act := o.Grant
	if act == target.CanRefresh {
		act = mockas.GrantRefresh
	}
	return w.clientOrder(act, func(ctx context.Context, a *actor) (err error) {
		if a.told, err = a.driver.Token(ctx, o); err == nil {
			a.holds = true
		}
		return err
	})
}

func (w *World) clientHoldsToken() error {
	if w.Session.Triggered() {
		of[actor](w).holds = true // it sees to that by itself
		return nil
	}
	if err := w.clientAcquireToken(false); err != nil {
		return err
	}
	a := of[actor](w)
	a.early = a.problem
	return nil
}

// clientBegan makes sure that the client came to what the scenario is about:
// without a token, say, nothing can be said of a call with one.
func (w *World) clientBegan() error {
	if a := of[actor](w); a.early != nil {
		return inconclusive("the client does not come so far: %v", a.early)
	}
	return nil
}

func (w *World) clientSignsIn() error { return w.clientOrderLogin(target.LoginOrder{Reveal: true}) }

func (w *World) clientPushes() error {
	a, err := w.clientCan(target.CanPAR)
	if err != nil {
		return err
	}
	yes := true
	a.setup.Options.PAR = &yes
	return w.clientSignsIn()
}

func (w *World) clientObtainsToken() error { return w.clientAcquireToken(true) }

func (w *World) clientObtainsBy(grant string) error {
	order := target.TokenOrder{Grant: grant, Reveal: true}
	switch grant {
	case mockas.GrantCode:
		return w.clientSignsIn()
	case mockas.GrantClientCredentials:
		order.Grant = target.CanClientCredentials
	case mockas.GrantRefresh:
		order.Grant = target.CanRefresh
		if err := w.clientSignsIn(); err != nil {
			return err
		}
		if a := of[actor](w); a.problem != nil {
			a.early = a.problem
			return nil
		}
	default:
		if _, err := w.clientCan(grant); err != nil {
			return err
		}
		var err error
		if order.Parameters, err = w.clientGrantParameters(grant); err != nil {
			return err
		}
	}
	if _, err := w.clientCan(order.Grant); err != nil {
		return err
	}
	return w.clientOrderToken(order)
}

// clientGrantParameters makes what a grant needs besides its name.
func (w *World) clientGrantParameters(grant string) (map[string]string, error) {
	as, err := w.AS()
	if err != nil {
		return nil, err
	}
	switch grant {
	case mockas.GrantTokenExchange:
		token, err := as.Mint(mockas.Mint{ClientID: "app", Audience: []string{audienceOf("invoices")}})
		return map[string]string{"subject_token": token, "subject_token_type": "urn:ietf:params:oauth:token-type:access_token"}, err
	case mockas.GrantDevice:
		form := url.Values{"client_id": {"app"}, "client_secret": {"app-secret"}, "resource": {audienceOf(defaultAPI)}}
		e, err := w.Send("device authorization", formRequest(as.URL(mockas.PathDevice), form, target.RegisteredClient{ID: "app", Secret: "app-secret", Auth: mockas.AuthPost}))
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

// clientHolding makes sure that there is a token to call an API with.
func (w *World) clientHolding() error {
	a, err := w.clientRunning()
	if err != nil || a.holds {
		return err
	}
	return w.clientHoldsToken()
}

// fetch lets the client call an API with the token that it has.
func (w *World) clientOrderFetch(o target.FetchOrder) error {
	if _, err := w.clientCan(target.CanFetch); err != nil {
		return err
	}
	if err := w.clientHolding(); err != nil || of[actor](w).early != nil {
		return err
	}
	return w.clientFetchUnready(o)
}

// clientFetchUnready is fetch without a token got beforehand.
func (w *World) clientFetchUnready(o target.FetchOrder) error {
	err := w.clientOrder(toAPI, func(ctx context.Context, a *actor) (err error) {
		a.fetched = nil
		if a.fetched, err = a.driver.Fetch(ctx, o); err == nil && a.fetched.Thrown != nil {
			a.problem = a.fetched.Thrown
		}
		return err
	})
	if err != nil {
		return err
	}
	return w.clientTriggerTook()
}

func (w *World) clientFetchesAny() error { return w.clientFetches("GET", "/orders") }

func (w *World) clientFetches(method, path string) error {
	return w.clientOrderFetch(fetchOf(method, path))
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

func (w *World) clientFetchesTimes(count int) error {
	for range count {
		if err := w.clientFetchesAny(); err != nil {
			return err
		}
	}
	return nil
}

// clientFetchesOther calls the second API. A client that keeps a token to one
// origin is given a fetcher for the other.
func (w *World) clientFetchesOther() error {
	api, err := w.API("invoices")
	if err != nil {
		return err
	}
	a, err := w.clientRunning()
	if err != nil {
		return err
	}
	o := fetchOf("GET", api.Origin+"/invoices")
	if a.hello.Can(target.HasFetchers) {
		o.BaseURL = api.Origin
	}
	return w.clientOrderFetch(o)
}

func (w *World) clientStartsAnew() error {
	if w.Session.Triggered() {
		return notApplicable("a client driven by a trigger URL cannot be told to start anew")
	}
	a, err := w.clientActor()
	if err == nil {
		w.clientRestart(a)
	}
	return err
}

func (w *World) clientRegisters() error {
	if _, err := w.clientCan(target.CanRegister); err != nil {
		return err
	}
	return w.clientOrder(toRegister, func(ctx context.Context, a *actor) error { return a.driver.Register(ctx) })
}

// clientSession lets the client do all it can, so that there are proofs of
// every kind to look at.
func (w *World) clientSession() error {
	a, err := w.clientRunning()
	if err != nil {
		return err
	}
	if a.hello.Can(target.CanPAR) {
		yes := true
		a.setup.Options.PAR = &yes
	}
	if a.hello.Can(target.CanLogin) {
		if err := w.clientSignsIn(); err != nil || a.problem != nil {
			a.early = a.problem
			return err
		}
		if a.hello.Can(target.CanRefresh) {
			if err := w.clientOrderToken(target.TokenOrder{Grant: target.CanRefresh, Reveal: true}); err != nil || a.problem != nil {
				a.early = a.problem
				return err
			}
		}
	}
	if !a.hello.Can(target.CanFetch) {
		return w.clientHolding()
	}
	for _, request := range [][2]string{{"GET", "/orders"}, {"POST", "/orders"}, {"GET", "/a%2Fb/%C3%A9;v=1?page=2&x=/y"}, {"DELETE", "/orders/7"}} {
		if err := w.clientFetchesPossible(request[0], request[1]); err != nil {
			return err
		}
	}
	return nil
}

func (w *World) clientSucceeds() error {
	a, err := w.clientActor()
	if err != nil {
		return err
	}
	if err := w.clientBegan(); err != nil {
		return err
	}
	return w.clientExpect(a.succeeded(), "the client to succeed", a.ending())
}

func (w *World) clientReports() error {
	a, err := w.clientActor()
	if err != nil {
		return err
	}
	if err := w.clientBegan(); err != nil {
		return err
	}
	return w.clientExpect(a.problem != nil, "the client to report an error", a.ending())
}

func (w *World) clientFailsCleanly() error {
	a, err := w.clientActor()
	if err != nil {
		return err
	}
	if err := w.clientBegan(); err != nil {
		return err
	}
	clean := a.problem != nil || a.fetched != nil && a.fetched.Status/100 != 2
	return w.clientExpect(clean, "the client to report an error or to hand the refusal on", a.ending())
}
