package wire

import "net/netip"

// Loopback reports whether a host is this machine: localhost, a name below it
// (RFC 6761 §6.3) or a loopback address.
func Loopback(host string) bool {
	if host == "localhost" || len(host) > 10 && host[len(host)-10:] == ".localhost" {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.IsLoopback()
}
