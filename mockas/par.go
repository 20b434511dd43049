package mockas

import (
	"net/http"

	"github.com/dpopspec/dpopspec/dpop"
)

const requestURIPrefix = "urn:ietf:params:oauth:request_uri:"

// par is the pushed authorization request endpoint (RFC 9126 §2). A proof is
// judged in full and binds the code like dpop_jkt (RFC 9449 §10.1).
func (s *Server) par(w http.ResponseWriter, r *http.Request) {
	if !s.only(w, r, http.MethodPost) {
		return
	}
	c, problem := formCall(r)
	if problem != nil {
		s.fail(w, r, &s.policy.PAR, nil, problem)
		return
	}
	request, problem := s.acceptPushed(c)
	if problem != nil {
		s.fail(w, r, &s.policy.PAR, c.Client, problem)
		return
	}
	uri := requestURIPrefix + dpop.NewID()
	s.store.addRequest(uri, &pushed{request, s.now().Add(s.config.RequestLifetime)})
	c.noteIssued(RequestURI, request.bound)
	var answer dpop.Object
	answer.Add("request_uri", uri)
	answer.Add("expires_in", int64(s.config.RequestLifetime.Seconds()))
	s.offerNonce(w, &s.policy.PAR, c.Client, false, true)
	s.policy.NoStore(w.Header())
	writeJSON(w, http.StatusCreated, answer)
}

func (s *Server) acceptPushed(c *Call) (*authorization, *Error) {
	if problem := s.identify(c); problem != nil {
		return nil, problem
	}
	proof, refusal := s.judge(&s.policy.PAR, c.Request, Sender{Client: c.Client}, nil)
	if refusal != nil {
		return nil, proofError(refusal)
	}
	c.Proof = proof
	if problem := s.policy.Attested(c.attested, proof); problem != nil {
		return nil, problem
	}
	if c.Form.Has("request_uri") { // RFC 9126 §2.1
		return nil, invalidRequest("request_uri cannot be pushed")
	}
	if c.Form.Has("request") {
		if problem := s.openRequestObject(c); problem != nil {
			return nil, problem
		}
	}
	request, problem := s.readRequest(c, AtPAR)
	if problem != nil {
		return nil, problem
	}
	if problem := s.policy.CheckPushed(s.config.PushedBinding, c.Get("dpop_jkt"), c.Proof); problem != nil {
		return nil, problem
	}
	return request, s.confirmClient(c)
}
