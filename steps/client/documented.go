package client

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

func documentedSteps(v *vocabulary.Vocabulary) {
	v.Word("sdk-fetch", "How the documentation of the SDK lets an application call an API, beside the plain call.",
		documentedFetches.Forms()...)
	v.Word("authorization", "How the token goes with a request to the API.", authorizations.Forms()...)
	g := vocabulary.For[Actor](v)
	g.Given(`^the application runs in "(\w+)"$`, (*Actor).runsIn,
		"Sets NODE_ENV, on which the application makes its use of DPoP depend.",
		`Given the application runs in "production"`)
	g.When(`^the client fetches from the API {sdk-fetch}$`, (*Actor).fetchesDocumented,
		"Lets the client call the API with GET, as the documentation of the SDK shows it.",
		"When the client fetches from the API with several scopes and the audience of the other API")
	g.When(`^the client fetches "GET (\S+)" with a fetcher whose DPoP depends on environment and URL$`,
		(*Actor).fetchesConditionally,
		"Lets the application switch DPoP on in production, and for a URL with /sensitive-api.",
		`When the client fetches "GET /orders" with a fetcher whose DPoP depends on environment and URL`)
	g.Then(`^the API request is {authorization}$`, (*Actor).requestIs,
		"Every request of the latest call to the API must be such.",
		"Then the API request is DPoP with a proof")
	g.Then(`^the API got (\d+) requests with these headers$`, (*Actor).gotHeaders,
		"So many requests of the latest call must have reached the API, each with what the caller's fetch adds.",
		"Then the API got 2 requests with these headers")
	g.Then(`^nothing of a request to the application reaches the API$`, (*Actor).nothingServed,
		"No credentials of the request that the application serves, and no field that is of it alone, may go "+
			"to the API.",
		"Then nothing of a request to the application reaches the API")
}

// documentedFetches are calls that the documentation of the SDK shows.
var documentedFetches = vocabulary.Meanings[fetchWay]{
	"with several scopes and the audience of the other API": {tokenOptions, withSeveralScopes},
	"with options for a getAccessToken of the caller": {
		[]string{target.HasTokenOptions, target.TakesTokenFactory}, withOptionsForFactory},
	"with a refresh for a getAccessToken of the caller": {
		[]string{target.HasTokenOptions, target.TakesTokenFactory}, withRefreshForFactory},
	"through a fetch of the caller that adds headers": {
		[]string{target.TakesCustomFetch, target.HasFetchers, target.AddsFetchHeaders}, withFetchHeaders},
	"with a fetcher made without a request": {needs: fetchers},
	"with a fetcher made with the request that the application serves": {
		[]string{target.HasFetchers, target.TakesServedRequest}, withServedRequest},
}

func (a *Actor) fetchesDocumented(way string) error {
	w, err := documentedFetches.Of(way)
	if err != nil {
		return err
	}
	if err := a.needs(w.needs...); err != nil {
		return err
	}
	o, err := a.callOf("GET", world.DefaultAPI)
	if err != nil {
		return err
	}
	if w.change != nil {
		if err := w.change(a, world.DefaultAPI, &o); err != nil {
			return err
		}
	}
	return a.fetch(o)
}

// severalScopes are two of an API's own.
const severalScopes = "read:admin write:admin"

func withSeveralScopes(a *Actor, _ string, o *target.FetchOrder) error {
	o.TokenOptions = &target.TokenOptions{Scope: severalScopes, Audience: world.AudienceOf(otherAPI)}
	return a.everyCallSucceeds()
}

func withOptionsForFactory(a *Actor, api string, o *target.FetchOrder) error {
	o.TokenFactory = true
	return withSeveralScopes(a, api, o)
}

func withRefreshForFactory(a *Actor, api string, o *target.FetchOrder) error {
	o.TokenFactory = true
	return withRefreshedToken(a, api, o)
}

// addedHeaders are what a fetch of the caller adds.
var addedHeaders = map[string]string{"X-Correlation-Id": "sdk-7f3a", "X-Api-Version": "2"}

func withFetchHeaders(a *Actor, api string, o *target.FetchOrder) error {
	o.FetchHeaders = addedHeaders
	return withCustomFetch(a, api, o)
}

// servedHeaders are of a request to the application: credentials of its user, and
// what no other request has.
var servedHeaders = map[string]string{
	"Authorization": "Bearer of-the-user", "Cookie": "session=of-the-user", "X-Of-The-User": "yes",
}

func withServedRequest(_ *Actor, _ string, o *target.FetchOrder) error {
	headers := maps.Clone(servedHeaders)
	headers["Accept-Language"] = "de" // which may go on
	o.Served = &target.SeenRequest{Method: "GET", URL: "http://application.example/page", Headers: headers}
	return nil
}

// environmentName is where an application for Node.js finds where it runs.
const environmentName = "NODE_ENV"

func (a *Actor) runsIn(name string) error {
	if err := a.needs(target.HasFetchers); err != nil {
		return err
	}
	a.env[environmentName] = name
	a.restart()
	return nil
}

// fetchesConditionally is the sample of the documentation: the condition is the
// application's, the choice is told to the fetcher.
func (a *Actor) fetchesConditionally(path string) error {
	if err := a.needs(target.HasFetchers); err != nil {
		return err
	}
	use := a.env[environmentName] == "production" || strings.Contains(path, "/sensitive-api")
	if err := a.everyCallSucceeds(); err != nil {
		return err
	}
	o := fetchOf("GET", path)
	o.UseDPoP = &use
	return a.fetch(o)
}

// byBearer is the {authorization} of a token that no key is needed for.
const byBearer = "Bearer without a proof"

var authorizations = vocabulary.Meanings[func(sent) bool]{
	"DPoP with a proof": func(s sent) bool {
		c, one := s.credentials()
		return one && c.Is(dpop.Scheme) && len(s.Fields.Values("DPoP")) == 1
	},
	byBearer: func(s sent) bool {
		c, one := s.credentials()
		return one && c.Is("Bearer") && len(s.Fields.Values("DPoP")) == 0
	},
}

func (a *Actor) requestIs(how string) error {
	such, err := authorizations.Of(how)
	if err != nil {
		return err
	}
	if err := a.began(); err != nil {
		return err
	}
	list := a.sentNow(toAPI)
	if len(list) == 0 && how == byBearer && a.onlyBound() {
		return hasNoBearer()
	}
	for _, s := range list {
		if !such(s) {
			return a.Expect(false, how, fmt.Sprintf("Authorization %d times, DPoP %d times, scheme %s",
				len(s.Fields.Values("Authorization")), len(s.Fields.Values("DPoP")), schemeOf(s)))
		}
	}
	return a.expect(len(list) > 0, "a request to the API", a.ending())
}

func schemeOf(s sent) string {
	c, one := s.credentials()
	if !one {
		return "not told"
	}
	return c.Scheme
}

func (a *Actor) gotHeaders(count int) error {
	if err := a.began(); err != nil {
		return err
	}
	expected := fmt.Sprintf("%d requests with what the caller's fetch adds", count)
	list := a.sentNow(toAPI)
	for i, s := range list {
		for name, value := range addedHeaders {
			if got := s.Fields.Values(name); !slices.Equal(got, []string{value}) {
				return a.Expect(false, expected, fmt.Sprintf("%s %q in request %d", name, got, i+1))
			}
		}
	}
	return a.expect(len(list) == count, expected, fmt.Sprintf("%d requests; %s", len(list), a.ending()))
}

func (a *Actor) nothingServed() error {
	if err := a.began(); err != nil {
		return err
	}
	const expected = "no field of the application's own request"
	list := a.sentNow(toAPI)
	for _, s := range list {
		for name, value := range servedHeaders {
			for _, got := range s.Fields.Values(name) {
				if strings.Contains(got, value) {
					return a.Expect(false, expected, name)
				}
			}
		}
	}
	return a.expect(len(list) > 0, expected, fmt.Sprintf("%d requests; %s", len(list), a.ending()))
}

// asksAsOptioned is a token request with every scope and the audience of the call.
func (a *Actor) asksAsOptioned(asked []sent) error {
	wanted := a.call.TokenOptions
	if wanted == nil {
		return fmt.Errorf("the latest call names no scope and no audience; put a When step that does before this one")
	}
	expected := "a token request with the scopes " + wanted.Scope + " and the audience " + wanted.Audience
	var got []string
	for _, s := range asked {
		form := s.form()
		scopes := strings.Fields(form.Get("scope"))
		missing := slices.ContainsFunc(strings.Fields(wanted.Scope), func(scope string) bool {
			return !slices.Contains(scopes, scope)
		})
		if !missing && isFor(form, wanted.Audience) {
			return a.Expect(true, expected, "so it is")
		}
		got = append(got, fmt.Sprintf("%q for %q", form.Get("scope"), audiencesOf(form)))
	}
	return a.expect(false, expected, orElse(strings.Join(got, ", "), "no token request")+"; "+a.ending())
}
