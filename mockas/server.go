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
func (s *Server) Key() *dpop.Key { return s.config.Key }

// URL returns the URL of an endpoint, by Path constant.
func (s *Server) URL(endpoint string) string { return s.origin + s.Path(endpoint) }

// Path returns the path of an endpoint, by Path constant.
func (s *Server) Path(endpoint string) string { return s.config.Look.Path(endpoint) }
