package world

import (
	"fmt"
	"strings"

	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/target"
)

// MoveEndpoint lets clients know the embedded server of the endpoint under test
// by another origin, unless it is empty, and the endpoint by another target: path
// and query.
func (w *World) MoveEndpoint(origin, target string) {
	w.addressing.role, w.addressing.target = w.Endpoint.Role, target
	if origin != "" {
		w.addressing.origin = origin
	}
}

// FrontAS starts the embedded authorization server behind a proxy, by whose address
// clients know it, and returns the origin by which the proxy reaches it.
func (w *World) FrontAS(front *wire.Server) (behind string, err error) {
	w.addressing.role, w.addressing.origin = target.AuthorizationServer, front.URL
	as, err := w.AS()
	if err != nil {
		return "", err
	}
	delete(w.resolve, front.Address()) // it is the proxy that listens there
	return "http://" + as.HTTP.Address(), nil
}

// AddQuery adds a query to the URL of the endpoint's requests.
func (w *World) AddQuery(query string) { w.addressing.query = query }

// Addressed returns how requests of the endpoint are addressed now.
func (w *World) Addressed() Addressing { return w.addressing }

// Readdress addresses them as before, and returns how to undo it.
func (w *World) Readdress(before Addressing) (undo func()) {
	now := w.addressing
	w.addressing = before
	return func() { w.addressing = now }
}

// UseMethod lets the endpoint's requests have another method than its own.
func (w *World) UseMethod(method string) { w.addressing.method = method }

// listening says how the embedded server of a role is reached; an API also has
// a name.
func (w *World) listening(role target.Role, name string) wire.Options {
	options := w.addressed()
	if w.Session.Triggered() && (role == target.AuthorizationServer || name == DefaultAPI) {
		options = w.Session.Client.Trigger.Listening(role)
	}
	if role == target.AuthorizationServer {
		options.TLS = w.secured.tls
	}
	options.Reuse = w.Session.Alone() && options.TLS == nil
	if w.addressing.role == role {
		options.Origin = w.addressing.origin
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
		port := map[bool]string{true: "443", false: "80"}[strings.HasPrefix(server.URL, "https")]
		authority = fmt.Sprintf("%s:%s", authority, port)
	}
	w.resolve[authority] = server.Address()
}

// addressed says how embedded servers of the case are reached. Some clients
// take no IP address for an issuer.
func (w *World) addressed() wire.Options {
	if w.Session.Embedded(target.ClientRole) {
		return wire.Options{}
	}
	return wire.Options{Host: "localhost"}
}

// throwAway are the authorities that only this case trusts.
func (w *World) throwAway() []*wire.Authority {
	if authority := w.secured.authority; authority != nil {
		return []*wire.Authority{authority}
	}
	return nil
}
