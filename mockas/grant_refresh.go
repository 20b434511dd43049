package mockas

import "github.com/dpopspec/dpopspec/internal/wire"

// redeemRefresh is the refresh token grant (RFC 6749 §6). The token's binding
// is compared before anything else is done with it; then each use replaces the
// token, and a second use of a replaced one revokes the whole family (RFC 9700
// §4.14.2).
func (s *Server) redeemRefresh(c *Call) (*order, *Error) {
	text := c.Get("refresh_token")
	if text == "" {
		return nil, invalidRequest("refresh_token is missing")
	}
	token, known := s.store.find(text)
	if !known || token.Kind != RefreshToken || token.ClientID != c.Client.ID {
		return nil, invalidGrant("this refresh token was not issued to this client")
	}
	if problem := s.policy.CheckRefresh(s, c, &token); problem != nil {
		wire.Note(c.Context(), "refused-by", "refresh-binding")
		return nil, problem
	}
	if problem := s.policy.CheckInstance(token.Instance, c.attested); problem != nil {
		return nil, problem
	}
	if token.spent {
		return nil, s.reused(token.Family)
	}
	if _, good := s.store.active(RefreshToken, text); !good {
		return nil, invalidGrant("this refresh token has expired or was revoked")
	}
	o := &order{Grant: token.Grant, previous: &token, idToken: hasScope(token.Scope, "openid")}
	var problem *Error
	if o.scope, problem = s.refreshScope(c, &token); problem != nil {
		return nil, problem
	}
	if problem := s.decide(c, o, c.Client.Audiences); problem != nil {
		return nil, problem
	}
	if c.Client.KeepRefresh {
		return o, nil
	}
	if !s.store.spendToken(text) {
		return nil, s.reused(token.Family)
	}
	o.refresh = true
	return o, nil
}

// refreshScope narrows the grant's scope (RFC 6749 §6). For another audience
// than those granted, the scopes of that API may be asked for instead.
func (s *Server) refreshScope(c *Call, token *Token) (string, *Error) {
	asked := s.audiences(c.Form)
	if _, problem := choose(asked, token.Audience, nil); len(asked) > 0 && problem != nil {
		return c.Get("scope"), nil // decide holds it against client and API
	}
	return narrow(c.Get("scope"), token.Scope)
}

func (s *Server) reused(family string) *Error {
	s.store.revokeFamily(family)
	return invalidGrant("this refresh token was used before; the grant is revoked")
}
