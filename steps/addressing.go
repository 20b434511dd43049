package steps

import (
	"fmt"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/target"
)

// addressing is how clients name the embedded server of the endpoint under
// test, so that a probe of htu finds the ports, escapes and slashes it needs.
type addressing struct {
	role   target.Role
	origin string // scheme and authority; empty: where it listens
	target string // path and query; empty: the endpoint's own
	query  string // added to the endpoint's own address
	method string // in place of the endpoint's own
}

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

// subjectRole is the party of the endpoint under test.
func (w *World) subjectRole() target.Role {
	if w.Endpoint == apiEndpoint.Name {
		return target.ResourceServer
	}
	return target.AuthorizationServer
}

func (w *World) haveAddress(address string) error {
	if _, err := w.place(); err != nil || !w.embeddedPlace() {
		return err
	}
	a := of[addressing](w)
	a.role = w.subjectRole()
	scheme, rest, absolute := strings.Cut(address, "://")
	if absolute {
		authority, path, _ := strings.Cut(rest, "/")
		a.origin, address = scheme+"://"+authority, "/"+path
	}
	a.target = address
	if w.Endpoint == apiEndpoint.Name {
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
	own := map[string]string{tokenEndpoint.Name: mockas.PathToken, parEndpoint.Name: mockas.PathPAR, userinfoEndpoint.Name: mockas.PathUserinfo}[w.Endpoint]
	return func(c *mockas.Config) { c.Aliases = map[string]string{path: own} }
}

func (w *World) haveQuery(query string) error {
	of[addressing](w).query = query
	return nil
}

func (w *World) haveMethod(method string) error {
	if w.Endpoint != apiEndpoint.Name || !w.EmbeddedAPI() {
		return notApplicable("the endpoint takes its own methods alone")
	}
	of[addressing](w).method = method
	return nil
}

func (w *World) haveSecondAddress() error {
	if !w.embeddedPlace() {
		return notApplicable("the configuration names no second address of this endpoint")
	}
	return w.haveAddress("/second" + map[string]string{"token": mockas.PathToken, "par": mockas.PathPAR, "userinfo": mockas.PathUserinfo}[w.Endpoint])
}

// readdress moves a probe to the address that the scenario wants.
func (w *World) readdress(probe *Probe) {
	a := of[addressing](w)
	address := probe.Request.URL
	if a.target != "" {
		address = originOf(address) + a.target
	}
	if a.query != "" {
		separator := map[bool]string{true: "&", false: "?"}[strings.Contains(address, "?")]
		address += separator + a.query
	}
	probe.Request.URL, probe.Occasion.URI = address, address
	if a.method != "" {
		probe.Request.Method, probe.Occasion.Method = a.method, a.method
	}
}

// listening says how the embedded server of a role is reached; an API also has
// a name.
func (w *World) listening(role target.Role, name string) wire.Options {
	options := w.addressed()
	if w.Session.Triggered() && (role == target.AuthorizationServer || name == defaultAPI) {
		options = w.Session.Client.Trigger.Listening(role)
	}
	if role == target.AuthorizationServer {
		options.TLS = of[secured](w).tls
	}
	options.Reuse = w.Session.Alone() && options.TLS == nil
	if a := of[addressing](w); a.role == role {
		options.Origin = a.origin
	}
	return options
}

// reach lets this case's client find a server that is known by another name
// than the address it listens on.
func (w *World) reach(server *wire.Server) {
	_, authority, _ := strings.Cut(server.URL, "://")
	if authority == server.Address() {
		return
	}
	if !strings.Contains(authority[strings.LastIndexByte(authority, ']')+1:], ":") {
		authority = fmt.Sprintf("%s:%s", authority, map[bool]string{true: "443", false: "80"}[strings.HasPrefix(server.URL, "https")])
	}
	w.resolve[authority] = server.Address()
}
