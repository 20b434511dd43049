package forge

import (
	"crypto"
	"slices"

	"github.com/dpopspec/dpopspec/dpop"
)

// Algorithms by what their keys and signatures look like.
var (
	curves   = []string{"ES256", "ES384", "ES512"}
	edwards  = []string{"EdDSA", "Ed25519"}
	rsaPKCS1 = []string{"RS256", "RS384", "RS512"}
	rsaPSS   = []string{"PS256", "PS384", "PS512"}
	rsaKinds = slices.Concat(rsaPKCS1, rsaPSS)
	onCurves = slices.Concat(curves, edwards)
	spacious = []string{"ES512"} // its half has bits to spare
)

// hashOf returns the hash of a JWS algorithm, zero for one without.
func hashOf(algorithm string) crypto.Hash {
	a, _ := dpop.FindAlgorithm(algorithm)
	return a.Hash
}

func digest(hash crypto.Hash, data []byte) []byte {
	h := hash.New()
	h.Write(data)
	return h.Sum(nil)
}
