package mockas

import (
	"net/http"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

// Server is an authorization server. Its methods may be called while it serves.
type Server struct {
	origin string
	config Config // complete, and never changed
	policy Policy
	store  *store                      // which all its instances share
	shared *dpop.Verifier              // likewise its nonces and its memory of proofs
	routes map[string]http.HandlerFunc // by endpoint
}

// now returns the time on the server's clock.
func (s *Server) now() time.Time { return s.config.Clock() }

// Issuer returns the issuer identifier (RFC 8414 §2).
func (s *Server) Issuer() string { return s.config.Issuer }

// Key returns the key that signs tokens.
func (s *Server) Key() *dpop.Key { return s.store.signingKeys()[0] }

// Keys returns the keys that tokens can be verified with: that which signs, and those
// that signed before it.
func (s *Server) Keys() []*dpop.Key { return s.store.signingKeys() }

// RotateKey has a new key sign from now on, of the algorithm of the one before it. What
// that has signed stays good: its public key stays in the JWK Set (RFC 7517 §5).
func (s *Server) RotateKey() error {
	key, err := dpop.GenerateKey(s.Key().Algorithm)
	if err == nil {
		s.store.sign(key)
	}
	return err
}

// URL returns the URL of an endpoint, by Path constant.
func (s *Server) URL(endpoint string) string { return s.origin + s.Path(endpoint) }

// Path returns the path of an endpoint, by Path constant.
func (s *Server) Path(endpoint string) string { return s.config.Look.Path(endpoint) }
