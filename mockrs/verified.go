package mockrs

import (
	"crypto/sha256"
	"slices"
	"sync"

	"github.com/dpopspec/dpopspec/dpop"
)

// maxVerified bounds how many access tokens are remembered.
const maxVerified = 1024

// verified remembers JWTs whose signature has been verified: a client sends
// the same token many times, and the signature over the same octets by the
// same key is good again. Nothing else is remembered; type, claims, lifetime and
// binding are judged at every request.
type verified struct {
	mu     sync.Mutex
	tokens map[[32]byte]signed
}

// signed is a JWT that was verified with the key of a thumbprint.
type signed struct {
	header, claims dpop.Object
	key            string
}

// find returns a token if the key that signed it is still one of the issuer's.
func (v *verified) find(token string, keys []dpop.PublicKey) (signed, bool) {
	v.mu.Lock()
	known, found := v.tokens[sha256.Sum256([]byte(token))]
	v.mu.Unlock()
	return known, found && slices.ContainsFunc(keys, func(k dpop.PublicKey) bool { return k.Thumbprint == known.key })
}

func (v *verified) add(token string, s signed) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.tokens == nil || len(v.tokens) >= maxVerified {
		v.tokens = map[[32]byte]signed{}
	}
	v.tokens[sha256.Sum256([]byte(token))] = s
}
