package mockas

import (
	"slices"

	"github.com/dpopspec/dpopspec/dpop"
)

// assertedTo is honest: the audience of a client assertion is the issuer or an
// endpoint, in a list or alone (RFC 7523 §3); where the issuer is demanded, it is
// that string and nothing else.
func assertedTo(s *Server, c *Call, audience Audience) bool {
	if s.config.IssuerAudience {
		return !audience.List && slices.Equal(audience.Names, []string{s.config.Issuer})
	}
	here := []string{
		s.config.Issuer, s.origin, s.URL(PathToken), s.URL(PathPAR), dpop.TargetURI(s.origin, c.RequestURI),
	}
	return slices.ContainsFunc(audience.Names, func(name string) bool { return slices.Contains(here, name) })
}

// Audience is an aud claim (RFC 7519 §4.1.3).
type Audience struct {
	Names []string
	List  bool // it is an array
}
