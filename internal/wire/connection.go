package wire

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Connection says how servers are reached. The zero value goes straight there,
// trusts the certificate authorities of the system and waits for ever.
type Connection struct {
	Timeout time.Duration
	// Resolve maps "host:port" to the address dialled instead, past any proxy. With
	// Plainly before it the connection is plain there, also for https.
	Resolve     []map[string]string
	Roots       *x509.CertPool   // trusted authorities; nil: the system's
	Certificate *tls.Certificate // shown to servers that ask for one
	Proxy       *url.URL         // nil: HTTPS_PROXY, HTTP_PROXY and NO_PROXY decide
	Insecure    bool             // TLS certificates are not verified
	Fields      Fields           // added to every request
	Local       string           // IP address of ours that connections come from; empty: the system chooses
}

// Plainly stands before an address of Connection.Resolve to which https goes without
// TLS: the process behind a proxy that ends it. The request, its Host and the URL that
// a proof names are those of the public name.
const Plainly = "http://"

// HTTPClient returns a client of net/http with connections of its own, for what
// a server of ours asks of another. Its user closes them with the servers: a
// port may soon have another server behind it.
func (c Connection) HTTPClient() *http.Client {
	return &http.Client{Transport: c.transport(nil, false), Timeout: c.Timeout}
}

// RoundTripper returns connections of their own by this way, with its certificate, for
// what is no request of the harness, such as a page that a browser loads. Timeout counts
// for connecting alone.
func (c Connection) RoundTripper() http.RoundTripper {
	return &eitherWay{c, c.transport(c.Certificate, false), c.transport(c.Certificate, true)}
}

// eitherWay goes over TLS or, where the configuration says so, plainly.
type eitherWay struct {
	connection Connection
	tls, plain *http.Transport
}

// RoundTrip implements http.RoundTripper.
func (e *eitherWay) RoundTrip(r *http.Request) (*http.Response, error) {
	if e.connection.BehindTLS(r.URL.String()) {
		return e.plain.RoundTrip(r)
	}
	return e.tls.RoundTrip(r)
}

// transport makes connections; plain ones have no TLS, whatever the URL says.
func (c Connection) transport(certificate *tls.Certificate, plain bool) *http.Transport {
	dialer := &net.Dialer{Timeout: c.Timeout}
	if c.Local != "" {
		dialer.LocalAddr = &net.TCPAddr{IP: net.ParseIP(c.Local)}
	}
	security := &tls.Config{RootCAs: c.Roots, InsecureSkipVerify: c.Insecure}
	if certificate != nil {
		security.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			return certificate, nil
		}
	}
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		return Dial(ctx, dialer, network, c.Dialled(address))
	}
	transport := &http.Transport{
		DialContext:            dial,
		Proxy:                  c.proxyOf,
		TLSClientConfig:        security,
		MaxResponseHeaderBytes: maxReply,
		DisableCompression:     true,
		MaxIdleConnsPerHost:    32,
		// HTTP/1.1 alone: HTTP/2 writes every field name in lower case, refuses
		// large fields before the server sees them, and resets streams where a
		// server would have answered. What a probe sends must arrive as it is.
		ForceAttemptHTTP2: false,
		TLSNextProto:      map[string]func(string, *tls.Conn) http.RoundTripper{},
	}
	if plain {
		transport.DialTLSContext = dial
	}
	return transport
}

// Trusting returns a connection that trusts one more authority.
func (c Connection) Trusting(a *Authority) Connection {
	roots := c.Roots
	if roots == nil {
		roots, _ = x509.SystemCertPool()
	}
	if roots == nil { // a system without any
		roots = x509.NewCertPool()
	}
	c.Roots = roots.Clone()
	c.Roots.AddCert(a.Certificate)
	return c
}

func (c Connection) resolved(address string) (other string, known bool) {
	for _, addresses := range c.Resolve {
		if other, known = addresses[address]; known {
			return other, true
		}
	}
	return "", false
}

// Dialled returns the address that is dialled for a host with its port.
func (c Connection) Dialled(authority string) string {
	if other, known := c.resolved(authority); known {
		return strings.TrimPrefix(other, Plainly)
	}
	return authority
}

// BehindTLS reports whether requests to an https URL go to a process that stands
// behind the end of TLS, without TLS.
func (c Connection) BehindTLS(address string) bool {
	to, err := ParseAddress(address)
	return err == nil && c.behindTLS(to)
}

func (c Connection) behindTLS(to Address) bool {
	other, _ := c.resolved(to.Dial())
	return to.Scheme == "https" && strings.HasPrefix(other, Plainly)
}

// ProxyFor returns the proxy that requests to a URL go through, nil if none.
// What runs on this machine or has an address of its own is reached directly.
func (c Connection) ProxyFor(to Address) (*url.URL, error) {
	if _, direct := c.resolved(to.Dial()); direct || to.Loopback() {
		return nil, nil
	}
	if c.Proxy != nil {
		return c.Proxy, nil
	}
	return http.ProxyFromEnvironment(&http.Request{URL: &url.URL{Scheme: to.Scheme, Host: to.hostPort()}})
}

// proxyOf is ProxyFor for net/http.
func (c Connection) proxyOf(r *http.Request) (*url.URL, error) {
	to, err := ParseAddress(r.URL.Scheme + "://" + r.URL.Host)
	if err != nil {
		return nil, err
	}
	return c.ProxyFor(to)
}

// aim spells the request-target as the next hop needs it: a proxy takes plain
// HTTP in absolute form (RFC 9112 §3.2.2).
func (c Connection) aim(r *http.Request, to Address) {
	proxy, err := c.ProxyFor(to)
	if err == nil && proxy != nil && to.Scheme == "http" && proxy.Scheme != "socks5" {
		r.URL.Opaque = "//" + r.URL.Host + r.URL.Opaque
	}
}
