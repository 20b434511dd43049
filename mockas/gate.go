package mockas

import (
	"net/http"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
)

// NonceMode says whether proofs need a nonce of this server (RFC 9449 §8).
type NonceMode string

// The nonce modes. The zero value is NonceOff.
const (
	NonceOff      NonceMode = ""
	NonceRequired NonceMode = "required"
)

// Gate is how one endpoint takes proofs.
type Gate struct {
	// Verifier judges the proofs. New makes one where it is nil: all checks,
	// with the replay memory and the nonces that the endpoints share.
	Verifier *dpop.Verifier
	// Adjust, if set, changes the verifier before the server takes requests.
	Adjust func(*dpop.Verifier)
	// Fields returns the values of the DPoP field lines.
	Fields func(*http.Request) []string
	// Present says whether those lines mean that a proof was sent.
	Present func(lines []string) bool
	// Target returns the URI that htu must name.
	Target func(origin string, r *http.Request) string
	// Judge verifies. Without proof and refusal the request goes on as if none
	// had been sent.
	Judge func(v *dpop.Verifier, r dpop.Request, from Sender) (*dpop.Proof, *dpop.Refusal)
}

// Sender is whose proof it is and what it came for. An honest server judges
// them all alike.
type Sender struct {
	Client *Client // of the request, or of the access token that came with it; may be nil
	Grant  string  // grant type at the token endpoint, else empty
}

// prepare completes a gate with a verifier of its own.
func (g *Gate) prepare(shared *dpop.Verifier) {
	if g.Verifier == nil {
		g.Verifier = shared.Clone()
	}
	if g.Adjust != nil {
		g.Adjust(g.Verifier)
	}
}

// algorithms is the algs parameter of a challenge (RFC 9449 §7.1).
func (g *Gate) algorithms() string { return strings.Join(g.Verifier.Algorithms, " ") }
