package world

import (
	"fmt"
	"strings"

	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/target"
)

// readdress moves a probe to the address that the scenario wants.
func (w *World) readdress(probe *Probe) {
	a := &w.Addressing
	address := probe.Request.URL
	if a.Target != "" {
		address = OriginOf(address) + a.Target
	}
	if a.Query != "" {
		separator := map[bool]string{true: "&", false: "?"}[strings.Contains(address, "?")]
		address += separator + a.Query
	}
	probe.Request.URL, probe.Occasion.URI = address, address
	if a.Method != "" {
		probe.Request.Method, probe.Occasion.Method = a.Method, a.Method
	}
}

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
	if a := &w.Addressing; a.Role == role {
		options.Origin = a.Origin
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
