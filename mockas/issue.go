package mockas

import (
	"cmp"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

// issue makes the tokens of an order and writes them down.
func (s *Server) issue(c *Call, o *order) (dpop.Object, *Error) {
	access, err := s.accessToken(c, o)
	if err != nil {
		return nil, &Error{Status: 500, Code: dpop.ServerFailure, Description: "the token cannot be signed"}
	}
	answer := o.answer(access, s.policy.TokenType(o.jkt), int64(access.ExpiresAt.Sub(access.IssuedAt).Seconds()))
	s.hand(c, access)
	if o.refresh {
		refresh := s.refreshToken(c, o)
		answer.Add("refresh_token", refresh.Text)
		s.hand(c, refresh)
	}
	if o.idToken {
		id, err := s.idToken(c, o)
		if err != nil {
			return nil, &Error{Status: 500, Code: dpop.ServerFailure, Description: "the ID token cannot be signed"}
		}
		answer.Add("id_token", id)
	}
	return answer, nil
}

// hand writes down what was issued, for introspection and as a fact.
func (s *Server) hand(c *Call, t *Token) {
	s.store.addToken(t)
	c.noteIssued(t.Kind, t.Bound)
}

// accessToken makes an access token in the format that the APIs want; one that
// serves several is opaque if any of them wants that.
func (s *Server) accessToken(c *Call, o *order) (*Token, error) {
	now := s.now()
	format, lifetime := "", time.Duration(0)
	for _, api := range o.apis {
		f, l := api.TokenFormat, api.Lifetime
		if f == "" {
			f = s.config.TokenFormat
		}
		if l == 0 {
			l = s.config.TokenLifetime
		}
		if format == "" || f == FormatOpaque {
			format = f
		}
		if lifetime == 0 || l < lifetime {
			lifetime = l
		}
	}
	t := &Token{
		Kind: AccessToken, ID: dpop.NewID(), Grant: o.Grant, Bound: o.jkt, Certified: c.certificateHash(),
		IssuedAt: now, ExpiresAt: now.Add(lifetime),
	}
	t.Scope, t.Audience = o.scope, nil
	for _, api := range o.apis {
		t.Audience = append(t.Audience, api.Audience)
	}
	if format == FormatOpaque {
		t.Text = dpop.NewID() + dpop.NewID()
		return t, nil
	}
	header, claims := s.accessHeader(), s.accessClaims(t)
	var err error
	t.Text, err = dpop.SignCompact(s.Key(), header.JSON(), claims.JSON())
	return t, err
}

// accessHeader is that of a JWT access token (RFC 9068 §2.1).
func (s *Server) accessHeader() dpop.Object {
	var header dpop.Object
	header.Add("typ", cmp.Or(s.config.TokenTyp, "at+jwt"))
	header.Add("alg", s.Key().Algorithm)
	header.Add("kid", s.Key().Thumbprint)
	return header
}

// accessClaims are those of a JWT access token (RFC 9068 §2.2).
func (s *Server) accessClaims(t *Token) dpop.Object {
	var claims dpop.Object
	claims.Add("iss", s.config.Issuer)
	claims.Add("sub", t.Subject)
	claims.Add("aud", oneOrMany(t.Audience))
	claims.Add("exp", t.ExpiresAt.Unix())
	claims.Add("iat", t.IssuedAt.Unix())
	claims.Add("jti", t.ID)
	claims.Add("client_id", t.ClientID)
	if t.Scope != "" {
		claims.Add("scope", t.Scope)
	}
	s.policy.Confirm(&claims, t)
	return claims
}

// oneOrMany writes a single audience as a string (RFC 7519 §4.1.3).
func oneOrMany(list []string) any {
	if len(list) == 1 {
		return list[0]
	}
	return list
}

// refreshToken makes a refresh token for the whole grant, not only for the
// audience and scope of this request. One that is not rotated stays.
func (s *Server) refreshToken(c *Call, o *order) *Token {
	now := s.now()
	return &Token{
		Kind: RefreshToken, Text: dpop.NewID() + dpop.NewID(), Grant: o.Grant,
		Bound:    s.policy.BindRefresh(c.Client, c.Key(), o.previous),
		Instance: c.attested.thumbprint(),
		IssuedAt: now, ExpiresAt: now.Add(s.config.RefreshLifetime),
	}
}

// idToken makes an ID token (OpenID Connect Core 1.0 §2).
func (s *Server) idToken(c *Call, o *order) (string, error) {
	now := s.now()
	var header, claims dpop.Object
	header.Add("typ", "JWT")
	header.Add("alg", s.Key().Algorithm)
	header.Add("kid", s.Key().Thumbprint)
	claims.Add("iss", s.config.Issuer)
	claims.Add("sub", o.Subject)
	claims.Add("aud", o.ClientID)
	claims.Add("exp", now.Add(s.config.TokenLifetime).Unix())
	claims.Add("iat", now.Unix())
	claims.Add("auth_time", o.At.Unix())
	if o.Nonce != "" {
		claims.Add("nonce", o.Nonce)
	}
	if s.config.WebID != "" && hasScope(o.Scope, webIDScope) {
		s.policy.ConfirmID(&claims, WebIdentity{WebID: s.config.WebID, ClientID: o.ClientID, JKT: c.Key()})
	}
	return dpop.SignCompact(s.Key(), header.JSON(), claims.JSON())
}
