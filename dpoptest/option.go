package dpoptest

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/dpopspec/dpopspec/internal/visible"
	"github.com/dpopspec/dpopspec/mockas"
)

// Option changes what a constructor makes. One that a constructor has no use for fails
// the test: it would have promised what is not kept.
type Option struct {
	name string
	set  func(*settings) error
}

// settings are what options set.
type settings struct {
	server    *AuthorizationServer
	audience  string
	nonces    bool
	quiet     bool
	transport http.RoundTripper
	clients   []mockas.Client // that are known before their first request
}

// IssuedBy has an API take, or a client use, the access tokens of a server that the test
// has made. Without it NewAPI and NewClient make a server of their own.
func IssuedBy(as *AuthorizationServer) Option {
	return Option{"IssuedBy", func(s *settings) error {
		if as == nil {
			return errNoServer
		}
		s.server = as
		return nil
	}}
}

// ForAudience sets the audience (aud, RFC 9068 §2.2) of access tokens: those that an API takes,
// or a client asks for, or a server issues where the request names none.
func ForAudience(audience string) Option {
	return Option{"ForAudience", func(s *settings) error {
		if u, err := url.Parse(audience); err != nil || audience == "" || u.Fragment != "" {
			return errAudience
		}
		s.audience = audience
		return nil
	}}
}

// WithNonces has a server demand nonces from the first request on (RFC 9449 §8, §9), as
// its RequireNonces does later.
func WithNonces() Option {
	return Option{"WithNonces", func(s *settings) error { s.nonces = true; return nil }}
}

// Quietly leaves it to the test to look at Requests: what is wrong with a request does not fail
// it by itself. It is for tests that send what is wrong on purpose.
func Quietly() Option {
	return Option{"Quietly", func(s *settings) error { s.quiet = true; return nil }}
}

// Through has a client send its requests through a transport, such as that of
// httptest.Server.Client for a server with TLS.
func Through(transport http.RoundTripper) Option {
	return Option{"Through", func(s *settings) error {
		if transport == nil {
			return errNoTransport
		}
		s.transport = transport
		return nil
	}}
}

// WithClientKeys has a server know a client that authenticates by private_key_jwt (OpenID
// Connect Core 1.0 §9, RFC 7523 §2.2), by its public keys, a JWK set (RFC 7517 §5). Clients
// with a secret, or without any, need no option.
func WithClientKeys(clientID string, jwks []byte) Option {
	return Option{"WithClientKeys", func(s *settings) error {
		if clientID == "" {
			return errNoClientID
		}
		s.clients = append(s.clients, mockas.Client{
			ID: clientID, Auth: mockas.AuthPrivateKeyJWT, JWKS: jwks, DPoPBound: true,
		})
		return nil
	}}
}

// remedy is what is wrong with an argument and what to do.
type remedy string

// Error implements error.
func (r remedy) Error() string { return string(r) }

const (
	errNoServer    = remedy("the server is nil; give what NewAuthorizationServer returned, or leave the option out")
	errNoTransport = remedy("the transport is nil; leave the option out for the usual one")
	errNoClientID  = remedy("the client has no id; give the client_id that its assertions have in iss and sub")
	errAudience    = remedy("an audience is a name or URL without fragment, such as https://orders.example")
)

// read applies the options that a constructor knows and ends the test at any other.
func read(t testing.TB, constructor string, options []Option, known ...string) settings {
	t.Helper()
	var s settings
	for _, o := range options {
		found := false
		for _, name := range known {
			found = found || name == o.name
		}
		switch {
		case o.set == nil:
			t.Fatalf("dpoptest.%s: an Option is made by a function such as dpoptest.WithNonces()", constructor)
		case !found:
			t.Fatalf("dpoptest.%s has no use for the option %s; it takes %v", constructor, o.name, known)
		}
		if err := o.set(&s); err != nil {
			t.Fatalf("dpoptest.%s: %s: %s", constructor, o.name, visible.Text(err.Error()))
		}
	}
	return s
}
