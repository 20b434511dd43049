package client

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
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

func fetchersSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Actor](v)
	g.Given(`^DPoP is switched off for the client$`, (*Actor).withoutDPoP,
		"Switches DPoP off for the client as a whole; a fetcher may switch it on.",
		"Given DPoP is switched off for the client")
	g.Given(`^the client holds a token by login$`, (*Actor).holdsByLogin,
		"Lets a user sign in and the client refresh once, so that it has a refresh token and a token.",
		"Given the client holds a token by login")
	g.Given(`^the policies of the refresh token leave the other API out$`, (*Actor).policiesNarrow,
		"Registers the client so that its refresh tokens serve only the API of the login.",
		"Given the policies of the refresh token leave the other API out")
	g.Given(`^the client is issued a token whose audience is (.+)$`, (*Actor).issuedAudience,
		"Lets the token endpoint issue tokens with that aud.",
		"Given the client is issued a token whose audience is that of the API with a slash")
	g.When(`^the client fetches with a fetcher whose DPoP is (on|off)$`, (*Actor).fetchesSwitched,
		"Lets the client call the API with a fetcher that overrides the client's DPoP setting.",
		"When the client fetches with a fetcher whose DPoP is off")
	g.When(`^the client fetches "([^"]*)" from the base "([^"]*)"$`, (*Actor).fetchesFromBase,
		"Lets the client call a path, or a URL that begins with {API}, with a fetcher whose baseUrl has that path.",
		`When the client fetches "/orders" from the base "/v1"`)
	g.When(`^the client fetches "([A-Z]+) (\S+)" with (arguments|a request object)$`, (*Actor).fetchesStyled,
		"Lets the client call the API in one of the two styles of fetch.",
		`When the client fetches "POST /orders" with a request object`)
	g.When(`^the client fetches with (a token of the caller|the token of before)$`, (*Actor).fetchesWithToken,
		"Lets the client call the API with a token that the caller gives it.",
		"When the client fetches with a token of the caller")
	g.When(`^the client fetches with the scope "([^"]+)" and the audience of the other API$`, (*Actor).fetchesScoped,
		"Lets the client call the API with token options of one request.",
		`When the client fetches with the scope "read:admin" and the audience of the other API`)
	g.When(`^the client fetches and wants the token refreshed$`, (*Actor).fetchesRefreshed,
		"Lets the client call the API with a new token, whether or not it has a good one.",
		"When the client fetches and wants the token refreshed")
	g.When(`^the client fetches through a fetch of the caller$`, (*Actor).fetchesCustom,
		"Lets the client call the API through a fetch function that logs what it sees and marks its answer.",
		"When the client fetches through a fetch of the caller")
	g.When(`^the client signs in by a URL that names another dpop_jkt$`, (*Actor).signsInForeign,
		"Lets a user start the login by a URL with a dpop_jkt of somebody else's key.",
		"When the client signs in by a URL that names another dpop_jkt")
	g.When(`^the client fetches from the other API with (the token of the first|its own audience|the fetcher of the first)$`, (*Actor).fetchesOtherWith,
		"Lets the client call the second API: with a token for the first, with one of its own, or through a fetcher whose baseUrl is the first API.",
		"When the client fetches from the other API with its own audience")
	g.When(`^the client fetches from both APIs, each with its own audience$`, (*Actor).fetchesBoth,
		"Lets the client call two APIs at once, each with a fetcher and an audience of its own.",
		"When the client fetches from both APIs, each with its own audience")
	g.Then(`^the first API request is Bearer without a proof, the second is DPoP with one$`, (*Actor).bearerThenDPoP,
		"The two requests to the API must have had the schemes of their fetchers.",
		"Then the first API request is Bearer without a proof, the second is DPoP with one")
	g.Then(`^the API is called at "([^"]+)"$`, (*Actor).calledAt,
		"The first request to the API must have had that path.",
		`Then the API is called at "/v1/orders"`)
	g.Then(`^the API receives what the caller gave by "([A-Z]+)"$`, (*Actor).arrivesAs,
		"Method, fields and body must have arrived as the caller gave them.",
		`Then the API receives what the caller gave by "POST"`)
	g.Then(`^the API receives the token of the caller$`, (*Actor).tokenOfCaller,
		"The token that reached the API must be the one that the caller gave.",
		"Then the API receives the token of the caller")
	g.Then(`^a token was asked for with that scope and audience$`, (*Actor).askedScoped,
		"A token request must have had the scope and the audience of the call.",
		"Then a token was asked for with that scope and audience")
	g.Then(`^a token was asked for anew$`, (*Actor).askedAnew,
		"The latest call must have led to a token request.",
		"Then a token was asked for anew")
	g.Then(`^that fetch saw method, URL, token and proof as they were sent$`, (*Actor).fetchSaw,
		"What the caller's fetch was given must be what reached the API.",
		"Then that fetch saw method, URL, token and proof as they were sent")
	g.Then(`^its answer passed through$`, (*Actor).answerPassed,
		"The field that the caller's fetch added must be on the answer.",
		"Then its answer passed through")
	g.Then(`^both APIs served the client with a token for themselves$`, (*Actor).servedByBoth,
		"Each of the two APIs must have got a token for its own audience, and answered 200.",
		"Then both APIs served the client with a token for themselves")
	g.Then(`^one refresh grant was asked for$`, (*Actor).refreshedOnce,
		"The latest call must have spent exactly one refresh token.",
		"Then one refresh grant was asked for")
}

func (w *Actor) withoutDPoP() error {
	a, err := w.running()
	if err != nil {
		return err
	}
	no := false
	a.setup.Options.UseDPoP = &no
	return w.ArrangeAPI(world.DefaultAPI, func(c *mockrs.Config) { c.Mode = mockrs.Allowed })
}

func (w *Actor) holdsByLogin() error {
	if err := w.signsIn(); err != nil {
		return err
	}
	a := w
	if a.problem == nil && a.hello.Can(target.CanRefresh) {
		if err := w.orderToken(target.TokenOrder{Grant: target.CanRefresh, Reveal: true}); err != nil {
			return err
		}
	}
	a.early = a.problem
	return nil
}

func (w *Actor) policiesNarrow() error {
	if _, err := w.arranged(); err != nil {
		return err
	}
	return w.ArrangeAS(func(c *mockas.Config) {
		for i := range c.Clients {
			c.Clients[i].Audiences = nil
		}
	})
}

func (w *Actor) issuedAudience(which string) error {
	own := world.AudienceOf(world.DefaultAPI)
	audience, known := map[string][]string{
		"that of the API":                   {own},
		"that of the API with a slash":      {own + "/"},
		"that of the API in upper case":     {strings.ToUpper(own)},
		"a list without that of the API":    {world.AudienceOf("invoices"), "https://else.example"},
		"a list that holds that of the API": {world.AudienceOf("invoices"), own},
	}[which]
	if !known {
		return fmt.Errorf("no audience is called %q", which)
	}
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	return w.alterTokenResponses(func(body *dpop.Object) {
		as, err := w.AS()
		if err != nil {
			return
		}
		if token, err := as.Mint(mockas.Mint{ClientID: "app", Audience: audience, Bound: key.Thumbprint}); err == nil {
			body.Set("access_token", token)
		}
	})
}

// fetchBy calls the API with a fetcher of its own.
func (w *Actor) fetchBy(change func(*target.FetchOrder)) error {
	if _, err := w.can(target.HasFetchers); err != nil {
		return err
	}
	o := fetchOf("GET", "/orders")
	change(&o)
	return w.orderFetch(o)
}

func (w *Actor) fetchesSwitched(setting string) error {
	on := setting == "on"
	return w.fetchBy(func(o *target.FetchOrder) { o.UseDPoP = &on })
}

func (w *Actor) fetchesFromBase(path, base string) error {
	api, err := w.API(world.DefaultAPI)
	if err != nil {
		return err
	}
	if err := w.everyCallSucceeds(); err != nil {
		return err
	}
	return w.fetchBy(func(o *target.FetchOrder) {
		o.BaseURL = api.Origin + base
		o.URL = strings.Replace(path, "{API}", api.Origin, 1)
	})
}

func (w *Actor) fetchesStyled(method, path, style string) error {
	o := fetchOf(method, path)
	if style == "a request object" {
		if _, err := w.can(target.TakesRequestObject); err != nil {
			return err
		}
		o.As = "request"
	}
	return w.orderFetch(o)
}

func (w *Actor) fetchesWithToken(which string) error {
	a, err := w.can(target.HasFetchers)
	if err != nil {
		return err
	}
	held := &w.heldToken
	if which == "a token of the caller" {
		as, err := w.AS()
		if err != nil {
			return err
		}
		key, err := w.Key("client")
		if err != nil {
			return err
		}
		if held.text, err = as.Mint(mockas.Mint{ClientID: "app", Audience: []string{world.AudienceOf(world.DefaultAPI)}, Bound: key.Thumbprint}); err != nil {
			return err
		}
	} else if held.text == "" {
		held.text = a.told.AccessToken
	}
	if held.text == "" {
		return world.NotApplicablef("the client does not show its token")
	}
	return w.fetchBy(func(o *target.FetchOrder) { o.AccessToken = held.text })
}

func (w *Actor) fetchWith(t target.TokenOptions) error {
	if _, err := w.can(target.HasTokenOptions); err != nil {
		return err
	}
	o := fetchOf("GET", "/orders")
	o.TokenOptions = &t
	return w.orderFetch(o)
}

func (w *Actor) fetchesScoped(scope string) error {
	w.heldToken.scope = scope
	if err := w.everyCallSucceeds(); err != nil {
		return err
	}
	return w.fetchWith(target.TokenOptions{Scope: scope, Audience: world.AudienceOf("invoices")})
}

func (w *Actor) fetchesRefreshed() error {
	return w.fetchWith(target.TokenOptions{Refresh: true})
}

func (w *Actor) fetchesCustom() error {
	if _, err := w.can(target.TakesCustomFetch); err != nil {
		return err
	}
	return w.fetchBy(func(o *target.FetchOrder) { o.CustomFetch = true })
}

func (w *Actor) signsInForeign() error {
	if _, err := w.can(target.TakesLoginQuery); err != nil {
		return err
	}
	key, err := w.Key("somebody else")
	if err != nil {
		return err
	}
	return w.orderLogin(target.LoginOrder{Query: map[string]string{"dpop_jkt": key.Thumbprint}})
}

func (w *Actor) fetchesOtherWith(what string) error {
	other, err := w.API("invoices")
	if err != nil {
		return err
	}
	first, err := w.API(world.DefaultAPI)
	if err != nil {
		return err
	}
	return w.fetchBy(func(o *target.FetchOrder) {
		o.URL, o.BaseURL = other.Origin+"/invoices", other.Origin
		switch what {
		case "its own audience":
			o.TokenOptions = &target.TokenOptions{Audience: world.AudienceOf("invoices")}
		case "the fetcher of the first":
			o.BaseURL = first.Origin
		}
	})
}

// fetchesBoth calls at once where the client runs in this process, else
// one after the other.
func (w *Actor) fetchesBoth() error {
	if _, err := w.can(target.HasFetchers, target.HasTokenOptions); err != nil {
		return err
	}
	var orders []target.FetchOrder
	for _, name := range []string{"orders", "invoices"} {
		api, err := w.API(name)
		if err != nil {
			return err
		}
		o := fetchOf("GET", api.Origin+"/"+name)
		o.BaseURL, o.TokenOptions = api.Origin, &target.TokenOptions{Audience: world.AudienceOf(name)}
		orders = append(orders, o)
	}
	if err := w.holding(); err != nil || w.early != nil {
		return err
	}
	return w.order(toAPI, func(ctx context.Context, a *Actor) error {
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

func (w *Actor) bearerThenDPoP() error {
	list := w.sentTo(toAPI)
	if len(list) != 2 {
		return world.Inconclusivef("%d requests to the API instead of 2; the client ended with %s", len(list), w.ending())
	}
	first := list[0].bearer() && len(list[0].Fields.Values("DPoP")) == 0
	c, _ := list[1].credentials()
	second := c.Is(dpop.Scheme) && len(list[1].Fields.Values("DPoP")) == 1
	return w.Expect(first && second, "Bearer without a proof, then DPoP with one",
		fmt.Sprintf("Bearer without a proof %v, then DPoP with one %v", first, second))
}

func (w *Actor) calledAt(path string) error {
	list, err := w.requests(toAPI)
	if err != nil {
		return err
	}
	return w.Expect(list[0].Path() == path, "the path "+path, "the path "+list[0].Path())
}

func (w *Actor) arrivesAs(method string) error {
	list, err := w.requests(toAPI)
	if err != nil {
		return err
	}
	if list[0].Method != method {
		return w.Expect(false, "a request with "+method, "one with "+list[0].Method)
	}
	return w.apiReceivesGiven()
}

func (w *Actor) tokenOfCaller() error {
	want := w.heldToken.text
	return w.everyRequest(toAPI, "the token of the caller", func(s sent) string {
		c, _ := s.credentials()
		return unless(c.Token == want, "another token")
	})
}

func (w *Actor) askedScoped() error {
	held := &w.heldToken
	for _, s := range w.sentNow(toToken) {
		form := s.form()
		scoped := slices.Contains(strings.Fields(form.Get("scope")), held.scope)
		if scoped && form.Get("audience")+form.Get("resource") == world.AudienceOf("invoices") {
			return w.Expect(true, "a token request with scope and audience", "so it is")
		}
	}
	return w.expect(false, "a token request with the scope "+held.scope+" and the audience "+world.AudienceOf("invoices"),
		fmt.Sprintf("%d token requests without; %s", len(w.sentNow(toToken)), w.ending()))
}

func (w *Actor) askedAnew() error {
	asked := len(w.sentNow(toToken))
	return w.expect(asked > 0, "a token request", fmt.Sprintf("%d token requests", asked))
}

func (w *Actor) fetchSaw() error {
	a := w
	list := w.sentNow(toAPI)
	if a.fetched == nil || len(list) == 0 {
		return world.Inconclusivef("there was no answer; the client ended with %s", a.ending())
	}
	saw, s := a.fetched.Seen, list[len(list)-1]
	if saw == nil {
		return w.expect(false, "the caller's fetch to be called", "it was not")
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

func (w *Actor) answerPassed() error {
	a := w
	if a.fetched == nil {
		return world.Inconclusivef("there was no answer; the client ended with %s", a.ending())
	}
	return w.Expect(a.fetched.Headers["x-custom-fetch"] != "", "the field X-Custom-Fetch on the answer", fmt.Sprintf("%v", a.fetched.Headers))
}

func (w *Actor) servedByBoth() error {
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
				return w.expect(false, "each API to be called with a token for itself", fmt.Sprintf("%s answered %d", name, e.Status))
			}
		}
		if !served {
			return w.expect(false, "each API to serve the client", fmt.Sprintf("%s did not; %s", name, w.ending()))
		}
	}
	return w.Expect(true, "each API to serve the client", "so it is")
}

func (w *Actor) refreshedOnce() error {
	count := 0
	for _, s := range w.sentNow(toToken) {
		if s.form().Get("grant_type") == mockas.GrantRefresh && s.Status == http.StatusOK {
			count++
		}
	}
	return w.expect(count == 1, "one refresh grant", fmt.Sprintf("%d", count))
}

var dateTime = regexp.MustCompile(`\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d|\b1[6-9]\d{8}\b`)
