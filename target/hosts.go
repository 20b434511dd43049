package target

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/internal/wire"
)

// ForeignHost says that a request would have gone to a host that the
// configuration does not name. It was not sent.
type ForeignHost struct{ Origin string }

// Error implements error.
func (f *ForeignHost) Error() string {
	return fmt.Sprintf("nothing is sent to %s: %s", f.Origin, notNamed)
}

const notNamed = "the configuration does not name it; if it belongs to the target, add it to authorization_server.hosts"

// hosts are those that requests may go to.
type hosts struct {
	named  map[string]bool // by origin
	remote bool            // one of them is another machine
}

// add lets requests go to the origin of a URL, or to a host by itself.
func (h *hosts) add(address string) {
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return
	}
	if h.named == nil {
		h.named = map[string]bool{}
	}
	h.named[origin(u)] = true
	h.remote = h.remote || !wire.Loopback(u.Hostname())
}

// check reports whether requests may go to a URL: to the origins that the
// configuration names, and on this machine anywhere as long as all real parties
// run here. A target elsewhere must not make us call this machine.
func (h *hosts) check(address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return fmt.Errorf("%s is not a URL", wire.Brief(address))
	}
	if h.named[origin(u)] || !h.remote && wire.Loopback(u.Hostname()) {
		return nil
	}
	return &ForeignHost{origin(u)}
}

// inTheClear lists the origins on other machines that are reached without TLS.
func (h *hosts) inTheClear(by wire.Connection) []string {
	var list []string
	for named := range h.named {
		u, err := url.Parse(named)
		if err != nil || u.Scheme != "http" && !by.BehindTLS(named) {
			continue
		}
		if host, _, err := net.SplitHostPort(by.Dialled(wire.WithPort(u))); err == nil && !wire.Loopback(host) {
			list = append(list, named)
		}
	}
	slices.Sort(list)
	return list
}

// origin spells scheme, host and port in one way (RFC 6454 §4).
func origin(u *url.URL) string {
	scheme, host := strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	if port := u.Port(); scheme == "https" && port == "443" || scheme == "http" && port == "80" {
		host = strings.TrimSuffix(host, ":"+port)
	}
	return scheme + "://" + host
}
