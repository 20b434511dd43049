package mockas

import (
	"fmt"
	"net/http"

	"github.com/dpopspec/dpopspec/dpop"
)

// endpoints are all that a server can have, each in a file of its own.
var endpoints = map[string]func(*Server, http.ResponseWriter, *http.Request){
	PathAuthorize:     (*Server).authorize,
	PathPAR:           (*Server).par,
	PathDevice:        (*Server).deviceAuthorization,
	PathVerify:        (*Server).verification,
	PathToken:         (*Server).token,
	PathUserinfo:      (*Server).userinfo,
	PathIntrospect:    (*Server).introspect,
	PathRevoke:        (*Server).revoke,
	PathRegister:      (*Server).register,
	PathChallenge:     (*Server).challenge,
	PathOffer:         (*Server).offer,
	PathJWKS:          (*Server).jwks,
	pathOAuthMetadata: (*Server).metadata,
	pathOIDCMetadata:  (*Server).metadata,
}

// routes returns the handlers of the endpoints that this server has.
func routes(s *Server) (map[string]http.HandlerFunc, error) {
	for _, path := range s.config.Omit {
		if endpoints[path] == nil {
			return nil, fmt.Errorf("mockas: Omit names %q, which is no endpoint; use one of the Path constants", path)
		}
	}
	handlers := map[string]http.HandlerFunc{}
	for path, handle := range endpoints {
		if s.enabled(path) {
			handlers[path] = s.policy.Around(path, func(w http.ResponseWriter, r *http.Request) { handle(s, w, r) })
		}
	}
	return handlers, nil
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path, err := dpop.NormalizePath(r.URL.EscapedPath())
	if err != nil {
		http.NotFound(w, r)
		return
	}
	endpoint := s.endpoint(path)
	handler, found := s.routes[endpoint]
	if !found {
		http.NotFound(w, r)
		return
	}
	if s.crossOrigin(w, r, endpoint) {
		return
	}
	handler(w, r)
}
