package api

import (
	"fmt"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"

	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/steps/proof"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func proxySteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Tester](v)
	g.Given(`^an API behind a reverse proxy(?: that takes off the prefix "(/[^"]*)")?$`, (*Tester).isBehindProxy,
		"The API is reached through a reverse proxy with another authority, "+
			"and by a path prefix that the API never sees, if there is one.",
		`Given an API behind a reverse proxy that takes off the prefix "/v1"`)
	g.Given(`^an API behind a gateway that judges proofs for it$`, (*Tester).isBehindGateway,
		"An embedded API is put behind a reverse proxy, and judges proofs itself. Of a real one it is named where it "+
			"runs behind its gateway.",
		"Given an API behind a gateway that judges proofs for it")
	g.When(`^a request past the gateway has {fault}$`, (*Tester).sendPastGateway,
		"Sends the endpoint's request with one fault to where the API runs, and not to its gateway. Where nothing answers "+
			"there, as it ought to be, the case does not apply.",
		"When a request past the gateway has a bound token as Bearer")
	g.When(`^the request carries a proof for the address behind the proxy$`, (*Tester).sendInternalProof,
		"Sends the request with a proof whose htu is the URL by which the proxy reaches the API.",
		"When the request carries a proof for the address behind the proxy")
}

// isBehindProxy puts a proxy of Go's standard library in front of the API. The
// API knows the public URL from its configuration, as every API must: nothing
// in a request can tell it.
func (w *Tester) isBehindProxy(prefix string) error {
	if !w.EmbeddedAPI() {
		return world.NotApplicablef("only an embedded API can be put behind a proxy of ours; " +
			"a real one is tested at its public URL")
	}
	state := &w.resourceState
	sender := w.Between()
	front, err := wire.Listen(wire.Options{Name: "reverse proxy", Clock: w.Clock.Now}, func(string) http.Handler {
		return &httputil.ReverseProxy{Transport: sender.Transport, Rewrite: func(r *httputil.ProxyRequest) {
			behind, err := url.Parse(state.internal)
			if err != nil {
				return // it answers 502 for a request without a host
			}
			r.Out.URL.Path = strings.TrimPrefix(r.Out.URL.Path, prefix)
			r.Out.URL.RawPath = strings.TrimPrefix(r.Out.URL.RawPath, prefix)
			r.SetURL(behind)
			r.SetXForwarded()
		}}
	})
	if err != nil {
		return err
	}
	w.AtClose(func() { front.Close() })
	if err := w.ArrangeAPI(world.DefaultAPI, func(c *mockrs.Config) { c.Base = front.URL + prefix }); err != nil {
		return err
	}
	api, err := w.API(world.DefaultAPI)
	if err != nil {
		return err
	}
	state.internal = api.HTTP.URL
	return nil
}

// isBehindGateway finds the API where its gateway finds it.
func (w *Tester) isBehindGateway() error {
	if w.EmbeddedAPI() {
		return w.isBehindProxy("")
	}
	api, err := w.RealAPI(world.DefaultAPI)
	if err != nil {
		return err
	}
	if api.Upstream == "" {
		return world.Rarelyf("apis."+api.Name+".upstream",
			"the configuration names no address of the API %s behind a gateway", api.Name)
	}
	answers, err := w.Session.FindOut("does anything answer at "+api.Upstream+"?", func() (string, error) {
		client := w.Session.NewClient(nil, nil)
		client.Lost = nil // that nobody answers is no loss
		defer client.Close()
		e, err := client.Do(w.Context, wire.Request{Method: http.MethodGet, URL: api.Upstream + "/"})
		switch {
		case e == nil || w.Context.Err() != nil: // nobody was asked, for a budget or a host that is not named
			return "", err
		case e.Status == 0:
			return fmt.Sprintf("no: %v", err), nil
		}
		return anything, nil
	})
	if err == nil && answers != anything {
		err = world.NotApplicablef("nothing answers behind the gateway from here, as it should be: %s", answers)
	}
	w.resourceState.internal = api.Upstream
	return err
}

// anything is an answer, whatever its status.
const anything = "yes"

// sendPastGateway looks for an API that trusts whoever reaches it: a gateway that has
// checked the proof, and sends the token on as Bearer, is no reason to take a bound
// token so from others (RFC 9449 §7.2).
func (w *Tester) sendPastGateway(fault string) error {
	if w.resourceState.internal == "" {
		return wrongOrder(`"Given an API behind a gateway that judges proofs for it" first`)
	}
	c, err := w.callWithFault(fault)
	if err != nil {
		return err
	}
	c.Title += ", past the gateway"
	c.Replica = w.resourceState.internal
	return w.CallWith(c)
}

func (w *Tester) sendInternalProof() error {
	state := &w.resourceState
	if state.internal == "" {
		return wrongOrder(`"Given an API behind a reverse proxy" first`)
	}
	resource, err := w.Resource(world.DefaultAPI)
	if err != nil {
		return err
	}
	path := resource.URL[strings.LastIndexByte(resource.URL, '/'):]
	return w.CallWith(proof.Call{Title: fmt.Sprintf("a proof for %s", state.internal+path), Htu: state.internal + path})
}
