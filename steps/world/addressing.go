package world

import (
	"strings"

	"github.com/dpopspec/dpopspec/target"
)

// Addressing is how clients name the embedded server of the endpoint under
// test, so that a probe of htu finds the ports, escapes and slashes it needs.
type Addressing struct {
	role   target.Role
	origin string // scheme and authority; empty: where it listens
	target string // path and query; empty: the endpoint's own
	query  string // added to the endpoint's own address
	method string // in place of the endpoint's own
}

// apply moves a probe to the address that the scenario wants.
func (a Addressing) apply(probe *Probe) {
	address := probe.Request.URL
	if a.target != "" {
		address = OriginOf(address) + a.target
	}
	if a.query != "" {
		address = WithQuery(address, a.query)
	}
	probe.Request.URL, probe.Occasion.URI = address, address
	if a.method != "" {
		probe.Request.Method, probe.Occasion.Method = a.method, a.method
	}
}

// WithQuery returns a URL with a query added to that which it may have.
func WithQuery(address, query string) string {
	if strings.Contains(address, "?") {
		return address + "&" + query
	}
	return address + "?" + query
}
