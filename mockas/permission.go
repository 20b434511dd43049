package mockas

import (
	"net/url"
	"slices"
	"strings"
)

// checkGrant refuses a grant type that the server or the client does not have.
func (s *Server) checkGrant(client *Client, grant string) *Error {
	switch {
	case grant == "":
		return invalidRequest("grant_type is missing")
	case !slices.Contains(s.config.Grants, grant):
		return badRequest("unsupported_grant_type", "this server does not offer the grant")
	case !client.May(grant):
		return badRequest("unauthorized_client", "the client is not registered for this grant")
	}
	return nil
}

// openIDScopes belong to OpenID Connect, not to an API.
var openIDScopes = []string{"openid", "profile", "email", "address", "phone", "offline_access", webIDScope}

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

// audiences joins the parameters that name an API: resource (RFC 8707) and its older
// synonym audience. Both take an API's audience or its resource identifier, which is
// mapped to the audience, as RFC 8707 §2 lets a server do.
func (s *Server) audiences(form url.Values) []string {
	var list []string
	for _, name := range repeatable {
		for _, value := range form[name] {
			if audience := s.store.audienceOf(value); !slices.Contains(list, audience) {
				list = append(list, audience)
			}
		}
	}
	return list
}

// targets returns the APIs of the given audiences. Where there is none it is that of
// the default audience, or the server's own: a token for userinfo alone.
func (s *Server) targets(audience []string) ([]*API, *Error) {
	if len(audience) == 0 && s.config.DefaultAudience != "" {
		audience = []string{s.config.DefaultAudience}
	}
	if len(audience) == 0 {
		return []*API{{Audience: s.config.Issuer, Policy: s.config.OwnTokens}}, nil
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

// narrow returns the scope of a token: what is asked for within what was granted.
func narrow(asked, granted string) (string, *Error) {
	if asked == "" {
		return granted, nil
	}
	if name, found := beyond(asked, strings.Fields(granted)); found {
		return "", invalidScope("the grant does not cover the scope " + name)
	}
	return asked, nil
}

// offersRefresh reports whether a refresh token goes with a grant.
func (s *Server) offersRefresh(c *Client, scope string) bool {
	return slices.Contains(s.config.Grants, GrantRefresh) && c.May(GrantRefresh) &&
		(c.AlwaysRefresh || hasScope(scope, "offline_access"))
}
