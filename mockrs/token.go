package mockrs

import (
	"crypto/sha256"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

// Token is a validated access token.
type Token struct {
	Claims       dpop.Object
	Audience     []string
	Scope        []string
	Confirmation Confirmation
}

// LoggedIn is when the person logged in: auth_time, or the time of issue where the token
// does not say (RFC 9470 §6.1).
func (t *Token) LoggedIn() time.Time {
	seconds, err := t.Claims.Number("auth_time")
	if err != nil {
		seconds, _ = t.Claims.Number("iat") // a token without either is of 1970
	}
	return time.Unix(int64(seconds), 0)
}

// HasScope reports whether the token carries the scope; an empty one is always
// there.
func (t *Token) HasScope(scope string) bool {
	return scope == "" || slices.Contains(t.Scope, scope)
}

// Confirmation is what a token says of the key it is bound to (RFC 7800 §3).
type Confirmation struct {
	Present     bool   // there is a cnf, usable or not
	Thumbprint  string // jkt, RFC 9449 §6.1
	Certificate string // x5t#S256, RFC 8705 §3.1
}

// ReadConfirmation reads the cnf member of claims or of an introspection answer.
// A cnf of the wrong form is present without being usable, so that it is never
// taken for the absence of a binding.
func ReadConfirmation(claims dpop.Object) Confirmation {
	value, found := claims.Get("cnf")
	if !found {
		return Confirmation{}
	}
	c := Confirmation{Present: true}
	cnf, err := dpop.ParseObject(value)
	if err != nil {
		return c
	}
	if jkt, err := cnf.Text("jkt"); err == nil && dpop.Thumbprint43(jkt) {
		c.Thumbprint = jkt
	}
	c.Certificate, _ = cnf.Text("x5t#S256")
	return c
}

// confirmed judges whether a proof can satisfy the token's confirmation: there
// must be a thumbprint, and a certificate beside it must have been presented
// too (RFC 8705 §3).
func confirmed(r *http.Request, t *Token) error {
	if t.Confirmation.Thumbprint == "" {
		return errors.New("the access token is not bound to a DPoP key")
	}
	if want := t.Confirmation.Certificate; want != "" {
		if r.TLS == nil || len(r.TLS.PeerCertificates) == 0 {
			return errors.New("the access token is bound to a certificate too, and none was presented")
		}
		if sum := sha256.Sum256(r.TLS.PeerCertificates[0].Raw); dpop.EncodeSegment(sum[:]) != want {
			return errors.New("the access token is bound to another certificate")
		}
	}
	return nil
}
