package proof

import (
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func addressSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Prober](v)
	g.Given(`^the endpoint has the address "([^"]*)"$`, (*Prober).haveAddress,
		"Puts an embedded endpoint under that URL, or under that path. A real one keeps its own address, and what makes no sense there is not applicable.",
		`Given the endpoint has the address "http://server.example/a%2Fb"`)
	g.Given(`^the request has the query "([^"]*)"$`, (*Prober).haveQuery,
		"Adds a query to the URL of the endpoint's request; its proof names the URL without it.",
		`Given the request has the query "x=1"`)
	g.Given(`^the request has the method "([^"]*)"$`, (*Prober).haveMethod,
		"Calls an embedded API with that method, which need not be a registered one.",
		`Given the request has the method "purge"`)
	g.Given(`^the endpoint has a second address$`, (*Prober).haveSecondAddress,
		"Gives an embedded endpoint another path, at which it is called from now on.",
		"Given the endpoint has a second address")
}

func (w *Prober) haveAddress(address string) error {
	if _, err := w.At(); err != nil || !w.EmbeddedEndpoint() {
		return err
	}
	a := &w.Addressing
	a.Role = w.Endpoint.Role
	scheme, rest, absolute := strings.Cut(address, "://")
	if absolute {
		authority, path, _ := strings.Cut(rest, "/")
		a.Origin, address = scheme+"://"+authority, "/"+path
	}
	a.Target = address
	if w.AtAPI() {
		return w.ArrangeAPI(world.DefaultAPI, func(*mockrs.Config) {}) // it serves any path
	}
	path, _, _ := strings.Cut(address, "?")
	path, err := dpop.NormalizePath(path)
	if err != nil {
		return err
	}
	return w.ArrangeAS(w.alias(path))
}

// alias makes the endpoint under test answer under another path too.
func (w *Prober) alias(path string) func(*mockas.Config) {
	own := w.Endpoint.Usage.Path()
	return func(c *mockas.Config) { c.Aliases = map[string]string{path: own} }
}

func (w *Prober) haveQuery(query string) error {
	w.Addressing.Query = query
	return nil
}

func (w *Prober) haveMethod(method string) error {
	if !w.AtAPI() || !w.EmbeddedAPI() {
		return world.NotApplicablef("the endpoint takes its own methods alone")
	}
	w.Addressing.Method = method
	return nil
}

func (w *Prober) haveSecondAddress() error {
	if !w.EmbeddedEndpoint() {
		return world.NotApplicablef("the configuration names no second address of this endpoint")
	}
	return w.haveAddress("/second" + w.Endpoint.Usage.Path())
}
