package mockrs

import (
	"net/http"
)

// Nonces returns the one line that announces the current nonce, if the API
// asks for nonces (RFC 9449 §8.2, §9).
func Nonces(a *API) []string {
	if a.Verifier.Nonces == nil {
		return nil
	}
	return []string{a.Verifier.Nonces.Next()}
}

func (a *API) nonce(h http.Header) {
	// The map is written directly: Set would spell the name Dpop-Nonce.
	if lines := a.Policy.Nonces(a); lines != nil {
		h["DPoP-Nonce"] = lines
		h["Cache-Control"] = []string{a.Policy.NonceCache}
	}
}

// cors allows every origin to call the API and to read what DPoP adds
// (RFC 9449 §8, §7.1).
func cors(h http.Header, r *http.Request) {
	if r.Header["Origin"] == nil {
		return
	}
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Expose-Headers", "WWW-Authenticate, DPoP-Nonce")
	if r.Method == http.MethodOptions {
		h.Set("Access-Control-Allow-Methods", "*, GET, HEAD, POST, PUT, PATCH, DELETE")
		h.Set("Access-Control-Allow-Headers", "*, Authorization, DPoP, Content-Type")
	}
}
