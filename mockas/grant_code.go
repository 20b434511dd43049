package mockas

import (
	"crypto/sha256"
	"crypto/subtle"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// redeemCode is the authorization code grant with PKCE (RFC 6749 §4.1.3, RFC
// 7636 §4.5) and the code's binding (RFC 9449 §10). A request that is refused
// leaves the code as it was; a second use revokes what the first one gave.
func (s *Server) redeemCode(c *Call) (*order, *Error) {
	text := c.Get("code")
	if text == "" {
		return nil, invalidRequest("code is missing")
	}
	code, known := s.store.findCode(text)
	switch {
	case !known || code.preAuthorized || code.ClientID != c.Client.ID:
		return nil, invalidGrant("this code was not issued to this client")
	case code.spent:
		s.store.revokeFamily(code.Family)
		return nil, invalidGrant("this code was used before; its tokens are revoked")
	case !s.now().Before(code.expires):
		return nil, invalidGrant("this code has expired")
	case code.redirectURI != c.Get("redirect_uri"):
		return nil, invalidGrant("redirect_uri is not that of the authorization request")
	case !verifies(c.Get("code_verifier"), code.challenge):
		return nil, invalidGrant("code_verifier does not belong to code_challenge")
	}
	if problem := s.policy.CheckCode(s, c, code.bound); problem != nil {
		wire.Note(c.Context(), "refused-by", "code-binding")
		return nil, problem
	}
	o := &order{Grant: code.Grant, scope: code.Scope}
	if problem := s.decide(c, o, c.Client.Audiences); problem != nil {
		return nil, problem
	}
	if !s.store.spendCode(text) {
		s.store.revokeFamily(code.Family)
		return nil, invalidGrant("this code was used before; its tokens are revoked")
	}
	o.refresh = s.offersRefresh(c.Client, code.Scope)
	o.idToken = hasScope(code.Scope, "openid")
	return o, nil
}

// verifies compares a PKCE verifier with its S256 challenge (RFC 7636 §4.6).
func verifies(verifier, challenge string) bool {
	if len(verifier) < 43 || len(verifier) > 128 {
		return false
	}
	sum := sha256.Sum256([]byte(verifier))
	return subtle.ConstantTimeCompare([]byte(dpop.EncodeSegment(sum[:])), []byte(challenge)) == 1
}
