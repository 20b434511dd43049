package client

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

// KeyRequest asks for the key of a proof.
type KeyRequest struct {
	Key     *dpop.Key // the client's, or the one that the token is bound to
	Issuer  string    // of the authorization server
	Attempt Attempt   // which request of its call the proof is for
}

// ProofRequest is all that a proof is made from.
type ProofRequest struct {
	Destination
	dpop.Occasion
	Key       *dpop.Key // that signs
	Algorithm string    // that the policy chose
	Offered   []string  // algorithms that the server's metadata list
	Now       time.Time // the client's clock, with its skew
	Attempt   Attempt   // which request of its call the proof is for
	Previous  *Proof    // of the request before in the same call, or nil
}

// Proof is a proof that was sent.
type Proof struct {
	Draft dpop.Draft // its header and claims
	Text  string     // its field value
}

// Credentials are what Present puts into a request. Empty ones are left out.
type Credentials struct {
	Scheme string // DPoP or Bearer
	Token  string // the access token
	Proof  string // the field value
}

// draft is the honest proof: everything in it belongs to this one request.
func draft(r ProofRequest) dpop.Draft {
	d := dpop.NewDraft(r.Key, r.Occasion, r.Now)
	d.Header.Set("alg", r.Algorithm)
	return d
}

// algorithm is the key's own, if the server takes it. The client never adapts
// to a list that it cannot meet (RFC 9449 §5.1, §11.6).
func algorithm(key *dpop.Key, offered []string) (string, error) {
	if offered != nil && !slices.Contains(offered, key.Algorithm) {
		return "", failure(AlgorithmUnsupported,
			"the server takes proofs signed with %s only, the key pair signs with %s",
			strings.Join(offered, ", "), key.Algorithm)
	}
	return key.Algorithm, nil
}

// present sends each in its own field, once: whatever the caller has put into
// these fields gives way.
func present(r *http.Request, c Credentials) {
	if c.Token != "" {
		removeField(r.Header, "Authorization")
		r.Header.Set("Authorization", c.Scheme+" "+c.Token)
	}
	removeField(r.Header, dpop.Scheme)
	if c.Proof != "" {
		r.Header.Set(dpop.Scheme, c.Proof)
	}
}

// removeField finds a field under any spelling of its name, for a caller may
// have written the map directly.
func removeField(h http.Header, name string) {
	for have := range h {
		if strings.EqualFold(have, name) {
			delete(h, have)
		}
	}
}
