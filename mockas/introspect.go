package mockas

import (
	"net/http"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
)

// introspect is token introspection (RFC 7662 §2). The caller is authenticated;
// no proof is asked for or looked at (RFC 9449 §6.2).
func (s *Server) introspect(w http.ResponseWriter, r *http.Request) {
	c, problem := s.confidentialCall(w, r)
	if c == nil {
		return
	}
	if problem == nil && !c.Form.Has("token") {
		problem = invalidRequest("token is missing")
	}
	if problem == nil {
		problem = s.confirmClient(c)
	}
	if problem != nil {
		s.fail(w, r, nil, nil, problem)
		return
	}
	s.policy.NoStore(w.Header())
	answer := s.Introspect(c.Get("token"))
	if !strings.Contains(strings.Join(r.Header["Accept"], ","), signedIntrospection) {
		writeJSON(w, http.StatusOK, answer)
		return
	}
	s.policy.SignedIntrospection(&answer)
	text, err := s.signIntrospection(c.Client, answer)
	if err != nil {
		s.fail(w, r, nil, nil, &Error{Status: 500, Code: dpop.ServerFailure, Description: "the answer cannot be signed"})
		return
	}
	w.Header().Set("Content-Type", signedIntrospection)
	w.Write([]byte(text))
}

// signedIntrospection is the media type of an answer that is a JWT (RFC 9701 §4).
const signedIntrospection = "application/token-introspection+jwt"

// signIntrospection makes a JWT of an answer for the client that asked (RFC 9701 §5).
func (s *Server) signIntrospection(asking *Client, answer dpop.Object) (string, error) {
	var header, claims dpop.Object
	header.Add("typ", "token-introspection+jwt")
	header.Add("alg", s.Key().Algorithm)
	header.Add("kid", s.Key().Thumbprint)
	claims.Add("iss", s.config.Issuer)
	claims.Add("aud", asking.ID)
	claims.Add("iat", s.now().Unix())
	claims.Add("token_introspection", answer)
	return dpop.SignCompact(s.Key(), header.JSON(), claims.JSON())
}

// confidentialCall reads and authenticates a POST by a client with
// credentials. The call is nil where the request was answered already.
func (s *Server) confidentialCall(w http.ResponseWriter, r *http.Request) (*Call, *Error) {
	if !s.only(w, r, http.MethodPost) {
		return nil, nil
	}
	c, problem := formCall(r)
	if problem != nil {
		s.fail(w, r, nil, nil, problem)
		return nil, nil
	}
	if problem := s.identify(c); problem != nil {
		return c, problem
	}
	if c.Client.Public() {
		return c, invalidClient("this endpoint needs a client with credentials")
	}
	return c, nil
}

// Introspect returns what introspection says of a token: active alone if it
// is not good (RFC 7662 §2.2).
func (s *Server) Introspect(token string) dpop.Object {
	var answer dpop.Object
	t, good := s.store.active("", token)
	answer.Add("active", good)
	if !good {
		return answer
	}
	if t.Scope != "" {
		answer.Add("scope", t.Scope)
	}
	answer.Add("client_id", t.ClientID)
	answer.Add("iss", s.config.Issuer)
	answer.Add("sub", t.Subject)
	if len(t.Audience) > 0 {
		answer.Add("aud", oneOrMany(t.Audience))
	}
	answer.Add("exp", t.ExpiresAt.Unix())
	answer.Add("iat", t.IssuedAt.Unix())
	if t.ID != "" {
		answer.Add("jti", t.ID)
	}
	s.policy.IntrospectionBinding(&answer, t)
	return answer
}
