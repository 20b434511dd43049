package mockas

import (
	"net/http"

	"github.com/dpopspec/dpopspec/wallet"
)

// rotator is a source of nonces that can make a new one current.
type rotator interface{ Rotate() string }

// nonceNeeded reports whether the client's proofs need a nonce.
func (s *Server) nonceNeeded(client *Client) bool {
	return s.store.nonceMode() == NonceRequired || client != nil && client.NonceRequired
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
	if client != nil && client.Auth == AuthAttestation {
		w.Header().Set(wallet.FieldChallenge, nonce) // which is the nonce of the proof, in combined mode
	}
}
