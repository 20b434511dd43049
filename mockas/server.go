package mockas

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

// The paths of the endpoints, below the origin.
const (
	PathJWKS       = "/jwks"
	PathAuthorize  = "/authorize"
	PathToken      = "/token"
	PathPAR        = "/par"
	PathDevice     = "/device_authorization"
	PathUserinfo   = "/userinfo"
	PathIntrospect = "/introspect"
	PathRevoke     = "/revoke"
	PathRegister   = "/register"

	pathOAuthMetadata = "/.well-known/oauth-authorization-server"
	pathOIDCMetadata  = "/.well-known/openid-configuration"
)

// Server is an authorization server. Its methods may be called while it serves.
type Server struct {
	origin   string
	config   Config
	policy   Policy
	store    store
	handlers map[string]http.HandlerFunc
}

// New returns a server that clients know under the origin: scheme and
// authority, without a trailing slash. Errors name what is wrong in the
// configuration and what to do.
func New(origin string, c Config) (*Server, error) {
	parsed, err := url.Parse(origin)
	if err != nil || parsed.Scheme == "" || parsed.Host == "" || origin != parsed.Scheme+"://"+parsed.Host {
		return nil, fmt.Errorf("mockas: %q is not an origin; give scheme and authority alone", origin)
	}
	c.complete(origin)
	if c.Key == nil {
		if c.Key, err = dpop.GenerateKey("ES256"); err != nil {
			return nil, err
		}
	}
	s := &Server{origin: origin, config: c}
	s.store.clock = c.Clock
	for i := range c.Clients {
		if err := s.AddClient(c.Clients[i]); err != nil {
			return nil, err
		}
	}
	for i := range c.APIs {
		if err := s.AddAPI(c.APIs[i]); err != nil {
			return nil, err
		}
	}
	s.adopt(c.Policy)
	s.route()
	return s, nil
}

// adopt takes the policy over and gives each endpoint its verifier.
func (s *Server) adopt(p *Policy) {
	if p == nil {
		s.policy = HonestPolicy()
	} else {
		s.policy = *p
	}
	shared := dpop.NewVerifier(s.config.Clock)
	if s.config.Algorithms != nil {
		shared.Algorithms = s.config.Algorithms
	}
	if s.config.Replays != nil {
		shared.Replays = s.config.Replays
	}
	if shared.Nonces = s.config.NonceSource; shared.Nonces == nil {
		shared.Nonces = dpop.NewNonceWindow(s.config.NonceLifetime, s.config.Clock)
	}
	for _, gate := range []*Gate{&s.policy.Token, &s.policy.PAR, &s.policy.Userinfo} {
		gate.prepare(shared)
	}
}

func (s *Server) route() {
	s.handlers = map[string]http.HandlerFunc{
		PathJWKS: s.jwks, PathAuthorize: s.authorize, PathToken: s.token, PathPAR: s.par, PathDevice: s.deviceAuthorization,
		PathUserinfo: s.userinfo, PathIntrospect: s.introspect, PathRevoke: s.revoke, PathRegister: s.register,
		pathOAuthMetadata: s.metadata, pathOIDCMetadata: s.metadata,
	}
	for _, path := range s.config.Omit {
		delete(s.handlers, path)
	}
	for path, handler := range s.handlers {
		s.handlers[path] = s.policy.Around(path, handler)
	}
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path, err := dpop.NormalizePath(r.URL.EscapedPath())
	if err != nil {
		http.NotFound(w, r)
		return
	}
	handler, found := s.handlers[s.endpoint(path)]
	if !found {
		http.NotFound(w, r)
		return
	}
	if s.crossOrigin(w, r, path) {
		return
	}
	handler(w, r)
}

// endpoint names the endpoint behind a path: the path of a client's
// configuration ends in its id, those of the metadata depend on the issuer's.
func (s *Server) endpoint(path string) string {
	if strings.HasPrefix(path, PathRegister+"/") {
		return PathRegister
	}
	if own, found := s.config.Aliases[path]; found {
		return own
	}
	suffix := s.issuerPath()
	switch path {
	case pathOAuthMetadata + suffix: // RFC 8414 §3.1
		return pathOAuthMetadata
	case suffix + pathOIDCMetadata: // OpenID Connect Discovery 1.0 §4
		return pathOIDCMetadata
	}
	return path
}

func (s *Server) issuerPath() string {
	_, rest, _ := strings.Cut(s.config.Issuer, "://")
	slash := strings.IndexByte(rest, '/')
	if slash < 0 {
		return ""
	}
	return strings.TrimSuffix(rest[slash:], "/")
}

// only answers 405 to other methods than those given.
func (s *Server) only(w http.ResponseWriter, r *http.Request, methods ...string) bool {
	for _, m := range methods {
		if r.Method == m {
			return true
		}
	}
	w.Header().Set("Allow", strings.Join(methods, ", "))
	s.fail(w, r, nil, nil, &Error{Status: http.StatusMethodNotAllowed, Code: "invalid_request", Description: "this endpoint takes " + strings.Join(methods, " or ")})
	return false
}

// now returns the time on the server's clock.
func (s *Server) now() time.Time { return s.config.Clock() }

// Issuer returns the issuer identifier (RFC 8414 §2).
func (s *Server) Issuer() string { return s.config.Issuer }

// Key returns the key that signs tokens.
func (s *Server) Key() *dpop.Key { return s.config.Key }

// URL returns the URL of an endpoint.
func (s *Server) URL(path string) string { return s.origin + path }

// SetNonces changes the nonce mode for all requests to come.
func (s *Server) SetNonces(mode NonceMode) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	s.config.Nonces = mode
}

// RotateNonce makes a new nonce current and returns it. The one before stays
// good until it expires. A nonce source that cannot rotate returns its next.
func (s *Server) RotateNonce() string {
	nonces := s.policy.Token.Verifier.Nonces
	if r, can := nonces.(rotator); can {
		return r.Rotate()
	}
	if nonces == nil {
		return ""
	}
	return nonces.Next()
}
