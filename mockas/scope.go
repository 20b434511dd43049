package mockas

import (
	"slices"
	"strings"
)

// openIDScopes belong to OpenID Connect, not to an API.
var openIDScopes = []string{"openid", "profile", "email", "address", "phone", "offline_access"}

func hasScope(scope, name string) bool { return slices.Contains(strings.Fields(scope), name) }

// beyond returns the first scope that is asked for and not allowed.
func beyond(asked string, allowed []string) (string, bool) {
	for _, name := range strings.Fields(asked) {
		if !slices.Contains(allowed, name) {
			return name, true
		}
	}
	return "", false
}

// checkScope refuses scopes that the client or the APIs do not have. Of several
// APIs each needs to know only some.
func (s *Server) checkScope(c *Client, scope string, apis []*API) *Error {
	if c.Scope != "" {
		if name, found := beyond(scope, strings.Fields(c.Scope)); found {
			return invalidScope("the client may not ask for the scope " + name)
		}
	}
	known := slices.Clone(openIDScopes)
	for _, a := range apis {
		if a.Scopes == nil {
			return nil
		}
		known = append(known, a.Scopes...)
	}
	if name, found := beyond(scope, known); found {
		return invalidScope("no API that was asked for has the scope " + name)
	}
	return nil
}

// targets returns the APIs of the given audiences, or the server's own where
// there is none: a token for userinfo alone.
func (s *Server) targets(audience []string) ([]*API, *Error) {
	if len(audience) == 0 {
		return []*API{{Audience: s.config.Issuer}}, nil
	}
	var apis []*API
	for _, a := range audience {
		api, known := s.store.api(a)
		if !known {
			return nil, invalidTarget("no API has the audience " + a)
		}
		apis = append(apis, api)
	}
	return apis, nil
}

// choose returns the audiences of a token: those asked for, where they were
// granted or the client's refresh tokens serve them, else all that were granted.
func choose(asked, granted, also []string) ([]string, *Error) {
	if len(asked) == 0 {
		return granted, nil
	}
	for _, a := range asked {
		if !slices.Contains(granted, a) && !slices.Contains(also, a) {
			return nil, invalidTarget("the grant does not cover the audience " + a)
		}
	}
	return asked, nil
}
