package mockrs

import (
	"context"
	"net/http"

	"github.com/dpopspec/dpopspec/dpop"
)

// Policy is every decision of an API in which implementations differ or go
// wrong. HonestPolicy holds the right ones; a mutant exchanges one.
type Policy struct {
	// Guard decides what runs before and after the request is authorised.
	Guard func(*API, http.ResponseWriter, *http.Request)
	// Fields reads the DPoP field lines of a request.
	Fields func(*http.Request) []string
	// Method is what htm is compared with.
	Method func(*http.Request) string
	// Target rebuilds the target URI (RFC 9110 §7.1).
	Target func(origin string, r *http.Request) string
	// Credentials finds the one access token of a request.
	Credentials func(*http.Request) (dpop.Credentials, *Failure)
	// Token validates an access token, apart from its binding.
	Token func(context.Context, *API, string) (*Token, error)
	// Confirmation reads the cnf claim of a token.
	Confirmation func(claims dpop.Object) Confirmation
	// Confirmed judges whether a proof of possession can satisfy the token.
	Confirmed func(*http.Request, *Token) error
	// Proven judges a token under the DPoP scheme, Unproven one under Bearer.
	Proven, Unproven func(*API, *http.Request, dpop.Credentials, *Token) *Failure
	// Status and Challenges word a refusal.
	Status     func(*Failure) int
	Challenges func(*API, *Failure) []dpop.Challenge
	// Nonces are the DPoP-Nonce lines that go with an answer.
	Nonces func(*API) []string
	// NonceCache is the Cache-Control of an answer with a nonce.
	NonceCache string
	// CORS adds the fields by which browsers let scripts read an answer.
	CORS func(http.Header, *http.Request)
	// IssuerNonce answers at the nonce endpoint of an issuer of credentials.
	IssuerNonce func(*API, http.ResponseWriter)
	// Metadata is the document of RFC 9728.
	Metadata func(*API) dpop.Object
}
