package mockrs

import (
	"encoding/json"
	"net/http"
	"strings"
)

// InvalidRequest is the error code of RFC 6750 §3.1 for malformed requests.
const InvalidRequest = "invalid_request"

// Failure is a refused request before it is worded.
type Failure struct {
	Status int
	Scheme string // the scheme that was used; empty if none or several
	Code   string // empty: no credentials, so no error (RFC 6750 §3.1)
	Reason string

	ProofMissing bool // a token came with the DPoP scheme and no proof
}

func refusal(status int, scheme, code, reason string) *Failure {
	return &Failure{Status: status, Scheme: scheme, Code: code, Reason: reason}
}

// unauthorized refuses credentials that were sent with a scheme.
func unauthorized(scheme, code, reason string) *Failure {
	return refusal(http.StatusUnauthorized, scheme, code, reason)
}

// malformed refuses a request that sends its access token in a wrong way.
func malformed(scheme, reason string) *Failure {
	return refusal(http.StatusBadRequest, scheme, InvalidRequest, reason)
}

// describable keeps the characters that error_description allows (RFC 6750 §3).
func describable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '"' || r == '\\':
			return '\''
		case r < ' ' || r > '~':
			return '?'
		}
		return r
	}, text)
}

func quoted(text string) json.RawMessage {
	encoded, _ := json.Marshal(text)
	return encoded
}
