package mockas

import (
	"net/http"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/wallet"
)

// fail answers an endpoint's error, with a nonce where it is a challenge.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, g *Gate, client *Client, e *Error) {
	if e.ProofNeeded && s.config.ProofMissing != "" {
		coded := *e
		coded.Code = s.config.ProofMissing
		e = &coded
	}
	if g != nil {
		s.offerNonce(w, g, client, e.Code == dpop.UseNonce, false)
	}
	if e.Code == wallet.UseChallenge {
		w.Header().Set(wallet.FieldChallenge, s.shared.Nonces.Next())
	}
	s.policy.NoStore(w.Header())
	wire.Note(r.Context(), "error", e.Code)
	s.policy.WriteError(w, e)
}

// only answers 405 to other methods than those given.
func (s *Server) only(w http.ResponseWriter, r *http.Request, methods ...string) bool {
	if slices.Contains(methods, r.Method) {
		return true
	}
	w.Header().Set("Allow", strings.Join(methods, ", "))
	problem := invalidRequest("this endpoint takes " + strings.Join(methods, " or "))
	problem.Status = http.StatusMethodNotAllowed
	s.fail(w, r, nil, nil, problem)
	return false
}
