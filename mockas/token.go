package mockas

import "net/http"

// grants are the grant types of the token endpoint: all of AllGrants and that of
// pre-authorized codes, each in a file of its own. One makes an order of a request that it finds good.
var grants = map[string]func(*Server, *Call) (*order, *Error){
	GrantCode:              (*Server).redeemCode,
	GrantRefresh:           (*Server).redeemRefresh,
	GrantClientCredentials: (*Server).clientCredentials,
	GrantTokenExchange:     (*Server).exchange,
	GrantDevice:            (*Server).redeemDevice,
	GrantPreAuthorized:     (*Server).redeemPreAuthorized,
}

// token is the token endpoint (RFC 6749 §3.2). The client is authenticated
// first, then its proof is judged; only then is a code or refresh token looked
// at, so that no refused proof and no challenge uses one up.
func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	if !s.only(w, r, s.policy.TokenMethods...) {
		return
	}
	c, problem := formCall(r)
	if problem != nil {
		s.fail(w, r, &s.policy.Token, nil, problem)
		return
	}
	o, problem := s.accept(c)
	if problem != nil {
		s.fail(w, r, &s.policy.Token, c.Client, problem)
		return
	}
	answer, problem := s.issue(c, o)
	if problem != nil {
		s.fail(w, r, &s.policy.Token, c.Client, problem)
		return
	}
	s.offerNonce(w, &s.policy.Token, c.Client, false, true)
	s.policy.NoStore(w.Header())
	writeJSON(w, http.StatusOK, answer)
}

func (s *Server) accept(c *Call) (*order, *Error) {
	if problem := s.identify(c); problem != nil {
		return nil, problem
	}
	grant := c.Get("grant_type")
	if problem := s.checkGrant(c.Client, grant); problem != nil {
		return nil, problem
	}
	proof, refusal := s.judge(&s.policy.Token, c.Request, Sender{c.Client, grant}, nil)
	if refusal != nil {
		s.policy.AfterRefusal(s, c, refusal)
		return nil, proofError(refusal)
	}
	c.Proof = proof
	if problem := s.policy.Attested(c.attested, proof); problem != nil {
		return nil, problem
	}
	return grants[grant](s, c)
}
