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
