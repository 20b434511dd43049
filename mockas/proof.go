package mockas

import (
	"net/http"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// judge takes the proof of a request, if it carries one. Refusals are written
// down as facts of the exchange.
func (s *Server) judge(g *Gate, r *http.Request, from Sender, token *Token) (*dpop.Proof, *dpop.Refusal) {
	lines := g.Fields(r)
	if !g.Present(lines) && token == nil {
		return nil, nil
	}
	request := dpop.Request{Method: r.Method, TargetURI: g.Target(s.origin, r), Fields: lines}
	if token != nil {
		request.AccessToken, request.Bound = token.Text, token.Bound
	}
	verifier := g.Verifier
	if !s.nonceNeeded(from.Client) {
		copied := *verifier
		copied.Nonces = nil
		verifier = &copied
	}
	proof, refusal := g.Judge(verifier, request, from)
	if refusal != nil {
		wire.Note(r.Context(), "refused-by", refusal.Check)
		wire.Note(r.Context(), "refusal", refusal.Reason)
		return nil, refusal
	}
	return proof, nil
}

// proofError is the answer of the token and PAR endpoints to a refused proof.
func proofError(refusal *dpop.Refusal) *Error {
	e := badRequest(refusal.Code, refusal.Reason)
	e.Refusal = refusal
	return e
}
