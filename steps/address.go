package steps

import (
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
)

func init() {
	registrations = append(registrations, func(v *Vocabulary) {
		v.Given(`^the endpoint has the address "([^"]*)"$`, (*World).haveAddress,
			"Puts an embedded endpoint under that URL, or under that path. A real one keeps its own address, and what makes no sense there is not applicable.",
			`Given the endpoint has the address "http://server.example/a%2Fb"`)
		v.Given(`^the request has the query "([^"]*)"$`, (*World).haveQuery,
			"Adds a query to the URL of the endpoint's request; its proof names the URL without it.",
			`Given the request has the query "x=1"`)
		v.Given(`^the request has the method "([^"]*)"$`, (*World).haveMethod,
			"Calls an embedded API with that method, which need not be a registered one.",
			`Given the request has the method "purge"`)
		v.Given(`^the endpoint has a second address$`, (*World).haveSecondAddress,
			"Gives an embedded endpoint another path, at which it is called from now on.",
			"Given the endpoint has a second address")
	})
}

func (w *World) haveAddress(address string) error {
	if _, err := w.At(); err != nil || !w.EmbeddedEndpoint() {
		return err
	}
	a := of[addressing](w)
	a.role = w.Endpoint.Role
	scheme, rest, absolute := strings.Cut(address, "://")
	if absolute {
		authority, path, _ := strings.Cut(rest, "/")
		a.origin, address = scheme+"://"+authority, "/"+path
	}
	a.target = address
	if w.AtAPI() {
		return w.ArrangeAPI(defaultAPI, func(*mockrs.Config) {}) // it serves any path
	}
	path, _, _ := strings.Cut(address, "?")
	path, err := dpop.NormalizePath(path)
	if err != nil {
		return err
	}
	return w.ArrangeAS(w.alias(path))
}

// alias makes the endpoint under test answer under another path too.
func (w *World) alias(path string) func(*mockas.Config) {
	own := w.Endpoint.usage.path()
	return func(c *mockas.Config) { c.Aliases = map[string]string{path: own} }
}

func (w *World) haveQuery(query string) error {
	of[addressing](w).query = query
	return nil
}

func (w *World) haveMethod(method string) error {
	if !w.AtAPI() || !w.EmbeddedAPI() {
		return notApplicable("the endpoint takes its own methods alone")
	}
	of[addressing](w).method = method
	return nil
}

func (w *World) haveSecondAddress() error {
	if !w.EmbeddedEndpoint() {
		return notApplicable("the configuration names no second address of this endpoint")
	}
	return w.haveAddress("/second" + w.Endpoint.usage.path())
}
