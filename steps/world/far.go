package world

import (
	"net"
)

// FarAPI is the name of an API on another host than the first one, at the same
// port: whoever tells servers apart by their ports alone takes one for the other.
const FarAPI = "payments"

// otherHosts are addresses of this machine beside 127.0.0.1. Not every system has
// the first, nor each the second.
var otherHosts = []string{"127.0.0.2", "::1"}

// elsewhere is an address with that port on another host of this machine.
func elsewhere(port string) (address string, found bool) {
	for _, host := range otherHosts {
		address := net.JoinHostPort(host, port)
		if listener, err := net.Listen("tcp", address); err == nil {
			listener.Close()
			return address, true
		}
	}
	return "", false
}
