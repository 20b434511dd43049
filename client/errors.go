package client

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/mask"
)

// Code names a kind of DPoP failure.
type Code string

// The codes of a DPoPError. The first three are those of the documented SDK.
const (
	KeyExportFailed      Code = "DPOP_KEY_EXPORT_FAILED"            // a key is not in a usable form
	ThumbprintFailed     Code = "DPOP_JKT_CALCULATION_FAILED"       // a key has no thumbprint
	AudienceMismatch     Code = "OAUTH_JWT_CLAIM_COMPARISON_FAILED" // a token is for another API
	ConfigurationError   Code = "DPOP_CONFIGURATION_ERROR"          // a setting is missing or wrong
	AlgorithmUnsupported Code = "DPOP_ALGORITHM_UNSUPPORTED"        // the server does not take the key's algorithm
	ProofFailed          Code = "DPOP_PROOF_FAILED"                 // no proof could be made
	ProofRefused         Code = "DPOP_PROOF_REFUSED"                // the server answered invalid_dpop_proof
	NonceFailed          Code = "DPOP_NONCE_FAILED"                 // a nonce challenge could not be met
	ClockDrift           Code = "DPOP_CLOCK_DRIFT"                  // client and server disagree about the time
	TokenTypeUnexpected  Code = "DPOP_TOKEN_TYPE_UNEXPECTED"        // a token is bound and should not be, or not
	RedirectRefused      Code = "DPOP_REDIRECT_REFUSED"             // a redirect would carry the token to a stranger
	BoundTokenRequired   Code = "DPOP_REQUIRED"                     // the API takes bound tokens only
)

// audienceMismatchWords are the documented SDK's own for AudienceMismatch.
const audienceMismatchWords = `unexpected JWT "aud" (audience) claim value`

// DPoPError is every failure that has to do with DPoP: keys, proofs, nonces,
// clocks, token types and audiences. Message says what to change and never
// holds key material or a token.
type DPoPError struct {
	Code    Code   // the kind of failure
	Message string // what failed, and what to change
	Status  int    // HTTP status of the answer that shows the failure, or 0
	Err     error  // the cause, or nil
}

// Error implements error.
func (e *DPoPError) Error() string { return string(e.Code) + ": " + e.Message }

// Unwrap returns the cause.
func (e *DPoPError) Unwrap() error { return e.Err }

// failure is a DPoPError without a cause, from the client itself.
func failure(code Code, format string, args ...any) *DPoPError {
	return &DPoPError{Code: code, Message: fmt.Sprintf(format, args...)}
}

// failureAt is a DPoPError that an answer with that status shows.
func failureAt(status int, code Code, format string, args ...any) *DPoPError {
	e := failure(code, format, args...)
	e.Status = status
	return e
}

// failureBy is a DPoPError with a cause.
func failureBy(cause error, code Code, format string, args ...any) *DPoPError {
	e := failure(code, format, args...)
	e.Err = cause
	return e
}

// OAuthError is an error answer of the authorization server (RFC 6749 §5.2,
// §4.1.2.1) that has nothing to do with DPoP, or the cause of one that has.
type OAuthError struct {
	Endpoint    string // "token endpoint", "par endpoint", "registration endpoint", "authorization endpoint"
	Status      int    // HTTP status; 0 at the authorization endpoint
	Code        string // the member error; empty if there was none
	Description string // the member error_description
}

// Error implements error.
func (e *OAuthError) Error() string {
	text := "the " + e.Endpoint + " answered"
	if e.Status != 0 {
		text += " " + strconv.Itoa(e.Status)
	}
	if e.Code == "" {
		return text + " without an OAuth error code"
	}
	text += " " + e.Code
	if e.Description != "" {
		text += " (" + quote(e.Description) + ")"
	}
	return text
}

// oauthError reads what the body of an error answer says.
func oauthError(endpoint string, status int, o dpop.Object) *OAuthError {
	code, _ := o.Text("error")
	description, _ := o.Text("error_description")
	return &OAuthError{Endpoint: endpoint, Status: status, Code: code, Description: description}
}

// refusedGrant reports whether an error says that the grant, here a refresh token, is
// invalid, expired or revoked (RFC 6749 §5.2): it will not get better.
func refusedGrant(err error) bool {
	var refused *OAuthError
	return errors.As(err, &refused) && refused.Code == "invalid_grant"
}

// quote prepares a stranger's words for an error: short, on one line.
func quote(text string) string {
	return fmt.Sprintf("%q", mask.Head(strings.TrimSpace(text), 200))
}
