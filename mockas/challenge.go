package mockas

import (
	"net/http"

	"github.com/dpopspec/dpopspec/dpop"
)

// PathChallenge is where clients that authenticate by attestation fetch challenges; a
// server without attesters has no such endpoint.
const PathChallenge = "/challenge"

// challenge is the challenge endpoint (draft-ietf-oauth-attestation-based-client-auth,
// section 6.3). A challenge is a nonce of the server: in combined mode it is that of the
// DPoP proof.
func (s *Server) challenge(w http.ResponseWriter, r *http.Request) {
	if s.config.Attesters == nil || s.shared.Nonces == nil {
		http.NotFound(w, r)
		return
	}
	if !s.only(w, r, http.MethodPost) {
		return
	}
	s.policy.Challenge(s, w)
}

// Challenge is honest: the challenge stands in the body and, for DPoP proofs, in
// DPoP-Nonce, and nothing keeps a copy.
func Challenge(s *Server, w http.ResponseWriter) {
	nonce := s.shared.Nonces.Next()
	if s.store.nonceMode() == NonceRequired {
		w.Header()["Dpop-Nonce"] = s.policy.NonceFields(nonce, false)
	}
	NoStore(w.Header())
	var answer dpop.Object
	answer.Add("attestation_challenge", nonce)
	writeJSON(w, http.StatusOK, answer)
}
