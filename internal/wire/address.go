package wire

import (
	"net"
	"net/netip"
	"net/url"
)

// WithPort returns the authority of a URL with its port, which may be that of the
// scheme.
func WithPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return net.JoinHostPort(u.Hostname(), port)
}

// Loopback reports whether a host is this machine: localhost, a name below it
// (RFC 6761 §6.3) or a loopback address.
func Loopback(host string) bool {
	if host == "localhost" || len(host) > 10 && host[len(host)-10:] == ".localhost" {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.IsLoopback()
}
