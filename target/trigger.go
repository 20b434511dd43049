package target

import (
	"fmt"
	"net"

	"github.com/dpopspec/dpopspec/internal/wire"
)

// Trigger is an application that runs already. It is configured with the
// embedded servers at fixed addresses, and calls the API when its URL is
// requested.
type Trigger struct {
	URL                 string // with {path} and {method} of the call in it
	AuthorizationServer string // address on loopback that the embedded issuer listens on
	API                 string // and the embedded API
}

// Listening says where the embedded server of a role listens.
func (t *Trigger) Listening(r Role) wire.Options {
	address := t.AuthorizationServer
	if r == ResourceServer {
		address = t.API
	}
	host, _, _ := net.SplitHostPort(address)
	return wire.Options{Address: address, Host: host, Brief: true}
}

// free sees that the addresses of the embedded servers are free.
func (t *Trigger) free() error {
	for _, address := range []string{t.AuthorizationServer, t.API} {
		listener, err := net.Listen("tcp", address)
		if err != nil {
			return fmt.Errorf("the client needs the embedded servers at fixed addresses: %w; "+
				"free %s, or give another address in client", err, address)
		}
		listener.Close()
	}
	return nil
}
