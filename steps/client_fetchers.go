package steps

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/target"
)

func init() {
	registrations = append(registrations, func(v *Vocabulary) {
		v.Given(`^DPoP is switched off for the client$`, (*World).clientWithoutDPoP,
			"Switches DPoP off for the client as a whole; a fetcher may switch it on.",
			"Given DPoP is switched off for the client")
		v.Given(`^the client holds a token by login$`, (*World).clientHoldsByLogin,
			"Lets a user sign in and the client refresh once, so that it has a refresh token and a token.",
			"Given the client holds a token by login")
		v.Given(`^the policies of the refresh token leave the other API out$`, (*World).clientPoliciesNarrow,
			"Registers the client so that its refresh tokens serve only the API of the login.",
			"Given the policies of the refresh token leave the other API out")
		v.Given(`^the client is issued a token whose audience is (.+)$`, (*World).clientIssuedAudience,
			"Lets the token endpoint issue tokens with that aud.",
			"Given the client is issued a token whose audience is that of the API with a slash")
		v.When(`^the client fetches with a fetcher whose DPoP is (on|off)$`, (*World).clientFetchesSwitched,
			"Lets the client call the API with a fetcher that overrides the client's DPoP setting.",
			"When the client fetches with a fetcher whose DPoP is off")
		v.When(`^the client fetches "([^"]*)" from the base "([^"]*)"$`, (*World).clientFetchesFromBase,
			"Lets the client call a path, or a URL that begins with {API}, with a fetcher whose baseUrl has that path.",
			`When the client fetches "/orders" from the base "/v1"`)
		v.When(`^the client fetches "([A-Z]+) (\S+)" with (arguments|a request object)$`, (*World).clientFetchesStyled,
			"Lets the client call the API in one of the two styles of fetch.",
			`When the client fetches "POST /orders" with a request object`)
		v.When(`^the client fetches with (a token of the caller|the token of before)$`, (*World).clientFetchesWithToken,
			"Lets the client call the API with a token that the caller gives it.",
			"When the client fetches with a token of the caller")
		v.When(`^the client fetches with the scope "([^"]+)" and the audience of the other API$`, (*World).clientFetchesScoped,
			"Lets the client call the API with token options of one request.",
			`When the client fetches with the scope "read:admin" and the audience of the other API`)
		v.When(`^the client fetches and wants the token refreshed$`, (*World).clientFetchesRefreshed,
			"Lets the client call the API with a new token, whether or not it has a good one.",
			"When the client fetches and wants the token refreshed")
		v.When(`^the client fetches through a fetch of the caller$`, (*World).clientFetchesCustom,
			"Lets the client call the API through a fetch function that logs what it sees and marks its answer.",
			"When the client fetches through a fetch of the caller")
		v.When(`^the client signs in by a URL that names another dpop_jkt$`, (*World).clientSignsInForeign,
			"Lets a user start the login by a URL with a dpop_jkt of somebody else's key.",
			"When the client signs in by a URL that names another dpop_jkt")
		v.When(`^the client fetches from the other API with (the token of the first|its own audience|the fetcher of the first)$`, (*World).clientFetchesOtherWith,
			"Lets the client call the second API: with a token for the first, with one of its own, or through a fetcher whose baseUrl is the first API.",
			"When the client fetches from the other API with its own audience")
		v.When(`^the client fetches from both APIs, each with its own audience$`, (*World).clientFetchesBoth,
			"Lets the client call two APIs at once, each with a fetcher and an audience of its own.",
			"When the client fetches from both APIs, each with its own audience")
		v.Then(`^the first API request is Bearer without a proof, the second is DPoP with one$`, (*World).clientBearerThenDPoP,
			"The two requests to the API must have had the schemes of their fetchers.",
			"Then the first API request is Bearer without a proof, the second is DPoP with one")
		v.Then(`^the API is called at "([^"]+)"$`, (*World).clientCalledAt,
			"The first request to the API must have had that path.",
			`Then the API is called at "/v1/orders"`)
		v.Then(`^the API receives what the caller gave by "([A-Z]+)"$`, (*World).clientArrivesAs,
			"Method, fields and body must have arrived as the caller gave them.",
			`Then the API receives what the caller gave by "POST"`)
		v.Then(`^the API receives the token of the caller$`, (*World).clientTokenOfCaller,
			"The token that reached the API must be the one that the caller gave.",
			"Then the API receives the token of the caller")
		v.Then(`^a token was asked for with that scope and audience$`, (*World).clientAskedScoped,
			"A token request must have had the scope and the audience of the call.",
			"Then a token was asked for with that scope and audience")
		v.Then(`^a token was asked for anew$`, (*World).clientAskedAnew,
			"The latest call must have led to a token request.",
			"Then a token was asked for anew")
		v.Then(`^that fetch saw method, URL, token and proof as they were sent$`, (*World).clientFetchSaw,
			"What the caller's fetch was given must be what reached the API.",
			"Then that fetch saw method, URL, token and proof as they were sent")
		v.Then(`^its answer passed through$`, (*World).clientAnswerPassed,
			"The field that the caller's fetch added must be on the answer.",
			"Then its answer passed through")
		v.Then(`^both APIs served the client with a token for themselves$`, (*World).clientServedByBoth,
			"Each of the two APIs must have got a token for its own audience, and answered 200.",
			"Then both APIs served the client with a token for themselves")
		v.Then(`^one refresh grant was asked for$`, (*World).clientRefreshedOnce,
			"The latest call must have spent exactly one refresh token.",
			"Then one refresh grant was asked for")
	})
}

// heldToken is a token that the scenario speaks of.
type heldToken struct {
	text  string
	scope string
}

func (w *World) clientWithoutDPoP() error {
	a, err := w.clientRunning()
	if err != nil {
		return err
	}
	no := false
	a.setup.Options.UseDPoP = &no
	return w.ArrangeAPI(defaultAPI, func(c *mockrs.Config) { c.Mode = mockrs.Allowed })
}

func (w *World) clientHoldsByLogin() error {
	if err := w.clientSignsIn(); err != nil {
		return err
	}
	a := of[actor](w)
	if a.problem == nil && a.hello.Can(target.CanRefresh) {
		if err := w.clientOrderToken(target.TokenOrder{Grant: target.CanRefresh, Reveal: true}); err != nil {
			return err
		}
	}
	a.early = a.problem
	return nil
}

func (w *World) clientPoliciesNarrow() error {
	if _, err := w.clientActor(); err != nil {
		return err
	}
	return w.ArrangeAS(func(c *mockas.Config) {
		for i := range c.Clients {
			c.Clients[i].Audiences = nil
		}
	})
}

func (w *World) clientIssuedAudience(which string) error {
	own := audienceOf(defaultAPI)
	audience, known := map[string][]string{
		"that of the API":                   {own},
		"that of the API with a slash":      {own + "/"},
		"that of the API in upper case":     {strings.ToUpper(own)},
		"a list without that of the API":    {audienceOf("invoices"), "https://else.example"},
		"a list that holds that of the API": {audienceOf("invoices"), own},
	}[which]
	if !known {
		return fmt.Errorf("no audience is called %q", which)
	}
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	return w.clientAlterTokenResponses(func(body *dpop.Object) {
		if token, err := w.as.Mint(mockas.Mint{ClientID: "app", Audience: audience, Bound: key.Thumbprint}); err == nil {
			body.Set("access_token", token)
		}
	})
}

// clientFetchBy calls the API with a fetcher of its own.
func (w *World) clientFetchBy(change func(*target.FetchOrder)) error {
	if _, err := w.clientCan(target.HasFetchers); err != nil {
		return err
	}
	o := fetchOf("GET", "/orders")
	change(&o)
	return w.clientOrderFetch(o)
}

func (w *World) clientFetchesSwitched(setting string) error {
	on := setting == "on"
	return w.clientFetchBy(func(o *target.FetchOrder) { o.UseDPoP = &on })
}

func (w *World) clientFetchesFromBase(path, base string) error {
	api, err := w.API(defaultAPI)
	if err != nil {
		return err
	}
	if err := w.clientEveryCallSucceeds(); err != nil {
		return err
	}
	return w.clientFetchBy(func(o *target.FetchOrder) {
		o.BaseURL = api.Origin + base
		o.URL = strings.Replace(path, "{API}", api.Origin, 1)
	})
}

func (w *World) clientFetchesStyled(method, path, style string) error {
	o := fetchOf(method, path)
	if style == "a request object" {
		if _, err := w.clientCan(target.TakesRequestObject); err != nil {
			return err
		}
		o.As = "request"
	}
	return w.clientOrderFetch(o)
}

func (w *World) clientFetchesWithToken(which string) error {
	a, err := w.clientCan(target.HasFetchers)
	if err != nil {
		return err
	}
	held := of[heldToken](w)
	if which == "a token of the caller" {
		as, err := w.AS()
		if err != nil {
			return err
		}
		key, err := w.Key("client")
		if err != nil {
			return err
		}
		if held.text, err = as.Mint(mockas.Mint{ClientID: "app", Audience: []string{audienceOf(defaultAPI)}, Bound: key.Thumbprint}); err != nil {
			return err
		}
	} else if held.text == "" {
		held.text = a.told.AccessToken
	}
	if held.text == "" {
		return notApplicable("the client does not show its token")
	}
	return w.clientFetchBy(func(o *target.FetchOrder) { o.AccessToken = held.text })
}

func (w *World) clientFetchWith(t target.TokenOptions) error {
	if _, err := w.clientCan(target.HasTokenOptions); err != nil {
		return err
	}
	o := fetchOf("GET", "/orders")
	o.TokenOptions = &t
	return w.clientOrderFetch(o)
}

func (w *World) clientFetchesScoped(scope string) error {
	of[heldToken](w).scope = scope
	if err := w.clientEveryCallSucceeds(); err != nil {
		return err
	}
	return w.clientFetchWith(target.TokenOptions{Scope: scope, Audience: audienceOf("invoices")})
}

func (w *World) clientFetchesRefreshed() error {
	return w.clientFetchWith(target.TokenOptions{Refresh: true})
}

func (w *World) clientFetchesCustom() error {
	if _, err := w.clientCan(target.TakesCustomFetch); err != nil {
		return err
	}
	return w.clientFetchBy(func(o *target.FetchOrder) { o.CustomFetch = true })
}

func (w *World) clientSignsInForeign() error {
	if _, err := w.clientCan(target.TakesLoginQuery); err != nil {
		return err
	}
	key, err := w.Key("somebody else")
	if err != nil {
		return err
	}
	return w.clientOrderLogin(target.LoginOrder{Query: map[string]string{"dpop_jkt": key.Thumbprint}})
}

func (w *World) clientFetchesOtherWith(what string) error {
	other, err := w.API("invoices")
	if err != nil {
		return err
	}
	first, err := w.API(defaultAPI)
	if err != nil {
		return err
	}
	return w.clientFetchBy(func(o *target.FetchOrder) {
		o.URL, o.BaseURL = other.Origin+"/invoices", other.Origin
		switch what {
		case "its own audience":
			o.TokenOptions = &target.TokenOptions{Audience: audienceOf("invoices")}
		case "the fetcher of the first":
			o.BaseURL = first.Origin
		}
	})
}

// clientFetchesBoth calls at once where the client runs in this process, else
// one after the other.
func (w *World) clientFetchesBoth() error {
	if _, err := w.clientCan(target.HasFetchers, target.HasTokenOptions); err != nil {
		return err
	}
	var orders []target.FetchOrder
	for _, name := range []string{"orders", "invoices"} {
		api, err := w.API(name)
		if err != nil {
			return err
		}
		o := fetchOf("GET", api.Origin+"/"+name)
		o.BaseURL, o.TokenOptions = api.Origin, &target.TokenOptions{Audience: audienceOf(name)}
		orders = append(orders, o)
	}
	if err := w.clientHolding(); err != nil || of[actor](w).early != nil {
		return err
	}
	return w.clientOrder(toAPI, func(ctx context.Context, a *actor) error {
		if !a.hello.Can(target.InProcess) {
			for _, o := range orders {
				if _, err := a.driver.Fetch(ctx, o); err != nil {
					return err
				}
			}
			return nil
		}
		failures := make([]error, len(orders))
		var group sync.WaitGroup
		for i, o := range orders {
			group.Go(func() { _, failures[i] = a.driver.Fetch(ctx, o) })
		}
		group.Wait()
		for _, err := range failures {
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func (w *World) clientBearerThenDPoP() error {
	list := w.clientSentTo(toAPI)
	if len(list) != 2 {
		return inconclusive("%d requests to the API instead of 2; the client ended with %s", len(list), of[actor](w).ending())
	}
	first := list[0].bearer() && len(list[0].Fields.Values("DPoP")) == 0
	c, _ := list[1].credentials()
	second := c.Is(dpop.Scheme) && len(list[1].Fields.Values("DPoP")) == 1
	return w.Expect(first && second, "Bearer without a proof, then DPoP with one",
		fmt.Sprintf("Bearer without a proof %v, then DPoP with one %v", first, second))
}

func (w *World) clientCalledAt(path string) error {
	list, err := w.clientRequests(toAPI)
	if err != nil {
		return err
	}
	return w.Expect(list[0].Path() == path, "the path "+path, "the path "+list[0].Path())
}

func (w *World) clientArrivesAs(method string) error {
	list, err := w.clientRequests(toAPI)
	if err != nil {
		return err
	}
	if list[0].Method != method {
		return w.Expect(false, "a request with "+method, "one with "+list[0].Method)
	}
	return w.clientApiReceivesGiven()
}

func (w *World) clientTokenOfCaller() error {
	want := of[heldToken](w).text
	return w.clientEveryRequest(toAPI, "the token of the caller", func(s sent) string {
		c, _ := s.credentials()
		return unless(c.Token == want, "another token")
	})
}

func (w *World) clientAskedScoped() error {
	held := of[heldToken](w)
	for _, s := range w.clientSentNow(toToken) {
		form := s.form()
		scoped := slices.Contains(strings.Fields(form.Get("scope")), held.scope)
		if scoped && form.Get("audience")+form.Get("resource") == audienceOf("invoices") {
			return w.Expect(true, "a token request with scope and audience", "so it is")
		}
	}
	return w.clientExpect(false, "a token request with the scope "+held.scope+" and the audience "+audienceOf("invoices"),
		fmt.Sprintf("%d token requests without; %s", len(w.clientSentNow(toToken)), of[actor](w).ending()))
}

func (w *World) clientAskedAnew() error {
	asked := len(w.clientSentNow(toToken))
	return w.clientExpect(asked > 0, "a token request", fmt.Sprintf("%d token requests", asked))
}

func (w *World) clientFetchSaw() error {
	a := of[actor](w)
	list := w.clientSentNow(toAPI)
	if a.fetched == nil || len(list) == 0 {
		return inconclusive("there was no answer; the client ended with %s", a.ending())
	}
	saw, s := a.fetched.Seen, list[len(list)-1]
	if saw == nil {
		return w.clientExpect(false, "the caller's fetch to be called", "it was not")
	}
	authorization, _ := s.Fields.One("Authorization")
	proof, _ := s.Fields.One("DPoP")
	for name, pair := range map[string][2]string{
		"method": {saw.Method, s.Method}, "URL": {saw.URL, s.uri()},
		"Authorization": {saw.Headers["authorization"], authorization}, "DPoP": {saw.Headers["dpop"], proof},
	} {
		if pair[0] != pair[1] || pair[0] == "" {
			return w.Expect(false, "the complete request", "another "+name+" than was sent")
		}
	}
	return w.Expect(true, "the complete request", "so it is")
}

func (w *World) clientAnswerPassed() error {
	a := of[actor](w)
	if a.fetched == nil {
		return inconclusive("there was no answer; the client ended with %s", a.ending())
	}
	return w.Expect(a.fetched.Headers["x-custom-fetch"] != "", "the field X-Custom-Fetch on the answer", fmt.Sprintf("%v", a.fetched.Headers))
}

func (w *World) clientServedByBoth() error {
	for _, name := range []string{"orders", "invoices"} {
		api, err := w.API(name)
		if err != nil {
			return err
		}
		served := false
		for _, e := range api.HTTP.Exchanges() {
			if _, ok := e.Fact("served"); ok {
				served = true
			} else if e.Status != http.StatusOK {
				return w.clientExpect(false, "each API to be called with a token for itself", fmt.Sprintf("%s answered %d", name, e.Status))
			}
		}
		if !served {
			return w.clientExpect(false, "each API to serve the client", fmt.Sprintf("%s did not; %s", name, of[actor](w).ending()))
		}
	}
	return w.Expect(true, "each API to serve the client", "so it is")
}

func (w *World) clientRefreshedOnce() error {
	count := 0
	for _, s := range w.clientSentNow(toToken) {
		if s.form().Get("grant_type") == mockas.GrantRefresh && s.Status == http.StatusOK {
			count++
		}
	}
	return w.clientExpect(count == 1, "one refresh grant", fmt.Sprintf("%d", count))
}

var dateTime = regexp.MustCompile(`\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d|\b1[6-9]\d{8}\b`)
