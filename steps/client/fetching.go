package client

import (
	"strings"

	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

func fetchSteps(v *vocabulary.Vocabulary) {
	v.Word("client-api", "Which API of the client: the first, called orders, a second one, called invoices, or one on "+
		"another host with the port of the first.", apis.Forms()...)
	v.Word("fetch", "How the client calls an API, where it is not the plain call.", fetchWays.Forms()...)
	g := vocabulary.For[Actor](v)
	g.When(`^the client fetches from the {client-api}(?: again)?(?: {fetch})?$`, (*Actor).fetchesFrom,
		"Lets the client call an API with GET; it gets a token first if it has none.",
		"When the client fetches from the API with a token of the caller")
	g.When(`^the client fetches "([A-Za-z]+) (\S+)"(?: {fetch})?$`, (*Actor).fetches,
		"Lets the client call the API with a method and a path; methods that have a body are given one.",
		`When the client fetches "POST /orders?page=2"`)
	g.When(`^the client fetches "([^"]*)" from the base "([^"]*)"$`, (*Actor).fetchesFromBase,
		"Lets the client call a path, or a URL that begins with {API}, with a fetcher whose baseUrl has that path.",
		`When the client fetches "/orders" from the base "/v1"`)
	g.When(`^the client fetches from both APIs, each with its own audience$`, (*Actor).fetchesBoth,
		"Lets the client call two APIs, at once if it names parallel, each with a fetcher and an audience of its own.",
		"When the client fetches from both APIs, each with its own audience")
	g.When(`^the client fetches from the API by its metadata$`, (*Actor).fetchesByMetadata,
		"Lets a client that reads the API's metadata get a token and call the API.",
		"When the client fetches from the API by its metadata")
	g.When(`^the client calls the API by its metadata alone$`, (*Actor).callsByMetadata,
		"Lets a client call the API that knows nothing but what the API's metadata say.",
		"When the client calls the API by its metadata alone")
	g.When(`^the client obtains a token and fetches from the API$`, (*Actor).obtainsAndFetches,
		"Lets the client get a token and, unless it reports an error, call the API with it.",
		"When the client obtains a token and fetches from the API")
}

// apis are the names of the APIs behind the words of a scenario.
var apis = vocabulary.Meanings[string]{
	"API":       world.DefaultAPI,
	"other API": otherAPI,

	"API on another host": world.FarAPI,
}

func (a *Actor) fetchesFrom(api, way string) error {
	name, err := apis.Of(api)
	if err != nil {
		return err
	}
	o, err := a.callOf("GET", name)
	if err != nil {
		return err
	}
	return a.fetchBy(way, name, o)
}

func (a *Actor) fetches(method, path, way string) error {
	return a.fetchBy(way, world.DefaultAPI, fetchOf(method, path))
}

// fetchBy is the plain call where the scenario names no other way.
func (a *Actor) fetchBy(way, api string, o target.FetchOrder) error {
	if way == "" {
		return a.fetch(o)
	}
	w, err := fetchWays.Of(way)
	if err != nil {
		return err
	}
	if err := a.needs(w.needs...); err != nil {
		return err
	}
	if w.change != nil {
		if err := w.change(a, api, &o); err != nil {
			return err
		}
	}
	return a.fetch(o)
}

// fetchesFromBase resolves a path against the address of a fetcher.
func (a *Actor) fetchesFromBase(path, base string) error {
	if err := a.needs(target.HasFetchers); err != nil {
		return err
	}
	api, err := a.API(world.DefaultAPI)
	if err != nil {
		return err
	}
	if err := a.everyCallSucceeds(); err != nil {
		return err
	}
	o := fetchOf("GET", strings.Replace(path, "{API}", api.Origin, 1))
	o.BaseURL = api.Origin + base
	return a.fetch(o)
}

// fetchesBoth calls at once if the client can be driven so, else one after the
// other, which the report says.
func (a *Actor) fetchesBoth() error {
	if err := a.needs(target.HasFetchers, target.HasTokenOptions); err != nil {
		return err
	}
	var orders []target.FetchOrder
	for _, name := range []string{world.DefaultAPI, otherAPI} {
		api, err := a.API(name)
		if err != nil {
			return err
		}
		o := fetchOf("GET", api.Origin+"/"+name)
		o.BaseURL, o.TokenOptions = api.Origin, &target.TokenOptions{Audience: world.AudienceOf(name)}
		orders = append(orders, o)
	}
	if err := a.holding(); err != nil || a.early != nil {
		return err
	}
	return a.order(toAPI, func() error {
		return a.atOnce(len(orders), func(i int) error {
			_, err := a.driver.Fetch(a.Context, orders[i])
			return err
		})
	})
}

func (a *Actor) fetchesByMetadata() error {
	if err := a.obtainsToken(); err != nil || a.problem != nil {
		return err
	}
	return a.fetchUnready(fetchOf("GET", "/orders"))
}

func (a *Actor) callsByMetadata() error {
	if err := a.needs(target.ReadsAPIMetadata, target.CanFetch); err != nil {
		return err
	}
	if a.challenge != nil {
		if err := a.plays(toAPI, always, a.challenge); err != nil {
			return err
		}
	}
	return a.fetchUnready(fetchOf("GET", "/orders"))
}

func (a *Actor) obtainsAndFetches() error {
	if !a.Session.Triggered() { // which sees to its tokens by itself
		if err := a.acquire(false); err != nil || a.problem != nil {
			return err
		}
	}
	return a.fetch(fetchOf("GET", "/orders"))
}
