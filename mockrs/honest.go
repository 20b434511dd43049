package mockrs

import (
	"net/http"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// HonestPolicy returns what RFC 9449 and its neighbours demand.
func HonestPolicy() *Policy {
	return &Policy{
		Guard:        Guard,
		Fields:       func(r *http.Request) []string { return wire.RequestFields(r).Values("DPoP") },
		Method:       func(r *http.Request) string { return r.Method },
		Target:       func(origin string, r *http.Request) string { return dpop.TargetURI(origin, r.RequestURI) },
		Credentials:  credentials,
		Token:        validateToken,
		Confirmation: ReadConfirmation,
		Confirmed:    confirmed,
		Proven:       proven,
		Unproven:     unproven,
		Status:       func(f *Failure) int { return f.Status },
		Challenges:   challengesFor,
		Nonces:       Nonces,
		NonceCache:   "no-store",
		CORS:         cors,
		IssuerNonce:  IssuerNonce,
		Metadata:     metadata,
	}
}
