package client

import (
	"strings"

	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// fetchOf is a call with a method and an address. Methods that carry content are
// given some (RFC 9110 §9.3).
func fetchOf(method, address string) target.FetchOrder {
	o := target.FetchOrder{Method: method, URL: address}
	if strings.Contains(" POST PUT PATCH QUERY ", " "+method+" ") {
		body := `{"item":"böök","count":2}`
		o.Body, o.Headers = &body, map[string]string{"content-type": "application/json", "x-request": "one"}
	}
	return o
}

// callOf is the usual call of an API. A client that keeps a token to one origin
// is given a fetcher for the other.
func (a *Actor) callOf(method, api string) (target.FetchOrder, error) {
	if api == world.DefaultAPI {
		return fetchOf(method, "/"+api), nil
	}
	if err := a.run(); err != nil {
		return target.FetchOrder{}, err
	}
	other, err := a.API(api)
	if err != nil {
		return target.FetchOrder{}, err
	}
	o := fetchOf(method, other.Origin+"/"+api)
	if a.hello.Can(target.HasFetchers) {
		o.BaseURL = other.Origin
	}
	return o, nil
}

// fetch lets the client call an API with the token that it has.
func (a *Actor) fetch(o target.FetchOrder) error {
	a.call = o // also if the client does not come so far
	if err := a.needs(target.CanFetch); err != nil {
		return err
	}
	if err := a.holding(); err != nil || a.early != nil {
		return err
	}
	return a.fetchUnready(o)
}

// fetchUnready is fetch without a token got beforehand.
func (a *Actor) fetchUnready(o target.FetchOrder) error {
	a.call = o
	err := a.order(toAPI, func() (err error) {
		a.fetched = nil
		if a.fetched, err = a.driver.Fetch(a.Context, o); err == nil && a.fetched.Thrown != nil {
			a.problem = a.fetched.Thrown
		}
		return err
	})
	if err != nil {
		return err
	}
	return a.triggerTook()
}

// fetchMany calls the API so often, and nothing else.
func (a *Actor) fetchMany(count int) error {
	for range count {
		if _, err := a.driver.Fetch(a.Context, fetchOf("GET", "/orders")); err != nil {
			return err
		}
	}
	return nil
}
