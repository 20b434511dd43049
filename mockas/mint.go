package mockas

import (
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

// Mint describes an access token to be issued without any request. What is
// left out has an honest value; the last four fields forge.
type Mint struct {
	ClientID string // empty: "client"
	Subject  string // empty: the server's person
	Scope    string
	Audience []string // nil: the issuer
	Bound    string   // thumbprint for cnf.jkt; empty: a Bearer token
	Opaque   bool
	Text     string        // of an opaque token, any token68; empty: random
	Issued   time.Time     // zero: now
	LoggedIn time.Time     // when the person logged in; zero: when the token was issued
	Lifetime time.Duration // 0: the server's; may be negative

	Header func(*dpop.Object) // changes the header of a JWT
	Claims func(*dpop.Object) // changes its claims
	Key    *dpop.Key          // signs instead of the server's key
	// Sign makes the token from header and payload instead of any key.
	Sign func(header, payload []byte) (string, error)
}

// Mint issues an access token directly. Introspection and userinfo know it
// unless its signature is forged.
func (s *Server) Mint(m Mint) (string, error) {
	t := s.minted(m)
	if m.Opaque {
		if t.Text = m.Text; t.Text == "" {
			t.Text = dpop.NewID() + dpop.NewID()
		}
		s.store.addToken(t)
		return t.Text, nil
	}
	header, claims := s.accessHeader(), s.accessClaims(t)
	key := s.Key()
	if m.Key != nil {
		key = m.Key
		header.Set("alg", key.Algorithm)
	}
	if m.Header != nil {
		m.Header(&header)
	}
	if m.Claims != nil {
		m.Claims(&claims)
	}
	sign := m.Sign
	if sign == nil {
		sign = func(header, payload []byte) (string, error) { return dpop.SignCompact(key, header, payload) }
	}
	var err error
	if t.Text, err = sign(header.JSON(), claims.JSON()); err != nil {
		return "", err
	}
	if m.Key == nil && m.Sign == nil {
		s.store.addToken(t)
	}
	return t.Text, nil
}

func (s *Server) minted(m Mint) *Token {
	t := &Token{Kind: AccessToken, ID: dpop.NewID(), Bound: m.Bound, IssuedAt: m.Issued}
	t.Grant = Grant{Family: newFamily(), ClientID: m.ClientID, Subject: m.Subject, Scope: m.Scope, Audience: m.Audience}
	if t.ClientID == "" {
		t.ClientID = "client"
	}
	if t.Subject == "" {
		t.Subject = s.store.person()
	}
	if t.Audience == nil {
		t.Audience = []string{s.config.Issuer}
	}
	if t.IssuedAt.IsZero() {
		t.IssuedAt = s.now()
	}
	if t.At = m.LoggedIn; t.At.IsZero() {
		t.At = t.IssuedAt
	}
	if m.Lifetime == 0 {
		m.Lifetime = s.config.TokenLifetime
	}
	t.ExpiresAt = t.IssuedAt.Add(m.Lifetime)
	return t
}
