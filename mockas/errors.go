package mockas

import (
	"net/http"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
)

// Error is an answer that refuses a request (RFC 6749 §5.2, RFC 6750 §3).
type Error struct {
	Status      int
	Code        string
	Description string
	Challenges  []dpop.Challenge // WWW-Authenticate field lines
	Refusal     *dpop.Refusal    // of the proof, if that is what was wrong
	ProofNeeded bool             // there is none, and one is needed
}

// Error implements error.
func (e *Error) Error() string { return e.Code + ": " + e.Description }

func badRequest(code, description string) *Error {
	return &Error{Status: http.StatusBadRequest, Code: code, Description: description}
}

func invalidRequest(description string) *Error { return badRequest("invalid_request", description) }
func invalidGrant(description string) *Error   { return badRequest("invalid_grant", description) }
func invalidTarget(description string) *Error  { return badRequest("invalid_target", description) }
func invalidScope(description string) *Error   { return badRequest("invalid_scope", description) }

// missingProof answers a request that needs a proof and has none; RFC 9449
// names no code for it, the server's configuration may.
func missingProof(description string) *Error {
	e := invalidRequest(description)
	e.ProofNeeded = true
	return e
}

// invalidToken refuses an access token; who answers adds the challenges.
func invalidToken(description string) *Error {
	return &Error{Status: http.StatusUnauthorized, Code: dpop.InvalidToken, Description: description}
}

func invalidClient(description string) *Error {
	return &Error{Status: http.StatusUnauthorized, Code: "invalid_client", Description: description}
}

// WriteError answers as RFC 6749 §5.2 demands: JSON with error and
// error_description, the challenges beside it. It takes the header as it is.
func WriteError(w http.ResponseWriter, e *Error) {
	for _, c := range e.Challenges {
		w.Header().Add("WWW-Authenticate", c.String())
	}
	var body dpop.Object
	if e.Code != "" {
		body.Add("error", e.Code)
	}
	if e.Description != "" {
		body.Add("error_description", printable(e.Description))
	}
	writeJSON(w, e.Status, body)
}

// maxDescription bounds error_description, parts of which a client can choose.
const maxDescription = 240

// printable keeps to the characters of RFC 6749 §5.2: %x20-21 / %x23-5B / %x5D-7E.
func printable(text string) string {
	var b strings.Builder
	for _, c := range text {
		switch {
		case c == '"':
			c = '\''
		case c < 0x20 || c > 0x7e || c == '\\':
			c = '?'
		}
		if b.Len() == maxDescription {
			break
		}
		b.WriteRune(c)
	}
	return b.String()
}

// NoStore is honest: nothing keeps a copy (RFC 6749 §5.1).
func NoStore(h http.Header) {
	h.Set("Cache-Control", "no-store")
	h.Set("Pragma", "no-cache")
}

func writeJSON(w http.ResponseWriter, status int, body dpop.Object) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(body.JSON())
}
