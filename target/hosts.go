package target

import (
	"fmt"
	"net"
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
	to, err := wire.ParseAddress(address)
	if err != nil {
		return
	}
	if h.named == nil {
		h.named = map[string]bool{}
	}
	h.named[to.Origin()] = true
	h.remote = h.remote || !to.Loopback()
}

// check reports whether requests may go to an address: to the origins that the
// configuration names, and nowhere else, on this machine neither. Whoever runs here
// must not make us hand a secret to another who does.
func (h *hosts) check(to wire.Address) error {
	if h.named[to.Origin()] {
		return nil
	}
	return &ForeignHost{to.Origin()}
}

// inTheClear lists the origins on other machines that are reached without TLS.
func (h *hosts) inTheClear(by wire.Connection) []string {
	var list []string
	for named := range h.named {
		to, err := wire.ParseAddress(named)
		if err != nil || to.Scheme != "http" && !by.BehindTLS(named) {
			continue
		}
		if host, _, err := net.SplitHostPort(by.Dialled(to.Dial())); err == nil && !wire.Loopback(host) {
			list = append(list, named)
		}
	}
	slices.Sort(list)
	return list
}
