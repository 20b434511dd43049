package mockas

import (
	"net/http"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// prepare completes a gate with a verifier of its own.
func (g *Gate) prepare(shared *dpop.Verifier) {
	if g.Verifier == nil {
		g.Verifier = shared.Clone()
	}
	if g.Adjust != nil {
		g.Adjust(g.Verifier)
	}
}

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

// nonceNeeded reports whether the client's proofs need a nonce.
func (s *Server) nonceNeeded(client *Client) bool {
	s.store.mu.Lock()
	mode := s.config.Nonces
	s.store.mu.Unlock()
	return mode == NonceRequired || client != nil && client.NonceRequired
}

// offerNonce puts the nonce to use next on an answer, where nonces are asked for.
func (s *Server) offerNonce(w http.ResponseWriter, g *Gate, client *Client, challenge, success bool) {
	nonces := g.Verifier.Nonces
	if nonces == nil || !s.nonceNeeded(client) {
		return
	}
	nonce := nonces.Next()
	if r, can := nonces.(rotator); can && success && s.config.RotateNonces {
		nonce = r.Rotate()
	}
	if lines := s.policy.NonceFields(nonce, challenge); len(lines) > 0 {
		w.Header()["Dpop-Nonce"] = lines
	}
}

type rotator interface{ Rotate() string }

// fail answers an endpoint's error, with a nonce where it is a challenge.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, g *Gate, client *Client, e *Error) {
	if g != nil {
		s.offerNonce(w, g, client, e.Code == dpop.UseNonce, false)
	}
	s.policy.NoStore(w.Header())
	wire.Note(r.Context(), "error", e.Code)
	s.policy.WriteError(w, e)
}

// algorithms is the algs parameter of a challenge (RFC 9449 §7.1).
func (g *Gate) algorithms() string { return strings.Join(g.Verifier.Algorithms, " ") }
