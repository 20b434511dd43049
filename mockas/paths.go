package mockas

import (
	"slices"
	"strings"
)

// The paths of the endpoints, below the origin, and their names: a server's Look
// may have them elsewhere.
const (
	PathJWKS       = "/jwks"
	PathAuthorize  = "/authorize"
	PathToken      = "/token"
	PathPAR        = "/par"
	PathDevice     = "/device_authorization"
	PathVerify     = "/device"
	PathUserinfo   = "/userinfo"
	PathIntrospect = "/introspect"
	PathRevoke     = "/revoke"
	PathRegister   = "/register"

	pathOAuthMetadata = "/.well-known/oauth-authorization-server"
	pathOIDCMetadata  = "/.well-known/openid-configuration"
)

// endpoint names the endpoint behind a path: the path of a client's
// configuration ends in its id, those of the metadata depend on the issuer's.
func (s *Server) endpoint(path string) string {
	if strings.HasPrefix(path, s.config.Look.Path(PathRegister)+"/") {
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
	case pathOAuthMetadata, pathOIDCMetadata: // of an issuer without a path, who is another
		return ""
	}
	if own, moved := s.config.Look.endpoint(path); moved {
		return own
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

// enabled reports whether this server has an endpoint.
func (s *Server) enabled(path string) bool { return !slices.Contains(s.config.Omit, path) }
