package mockas

import "net/http"

// revoke is token revocation (RFC 7009 §2). A refresh token takes its whole
// grant with it; an unknown token is no error. No proof is needed: who asks
// for less access need not show more.
func (s *Server) revoke(w http.ResponseWriter, r *http.Request) {
	if !s.only(w, r, http.MethodPost) {
		return
	}
	c, problem := formCall(r)
	if problem == nil {
		problem = s.acceptRevocation(c)
	}
	if problem != nil {
		s.fail(w, r, nil, nil, problem)
		return
	}
	s.policy.NoStore(w.Header())
	w.WriteHeader(http.StatusOK)
}

func (s *Server) acceptRevocation(c *Call) *Error {
	if problem := s.identify(c); problem != nil {
		return problem
	}
	if !c.Form.Has("token") {
		return invalidRequest("token is missing")
	}
	t, known := s.store.find(c.Get("token"))
	if known && t.ClientID != c.Client.ID {
		return invalidRequest("this token was issued to another client")
	}
	if problem := s.confirmClient(c); problem != nil {
		return problem
	}
	if !known {
		return nil
	}
	if t.Kind == RefreshToken {
		s.store.revokeFamily(t.Family)
	}
	s.store.spendToken(t.Text)
	return nil
}
