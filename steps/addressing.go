package steps

import (
	"fmt"
	"strings"

	"github.com/dpopspec/dpopspec/internal/wire"
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
