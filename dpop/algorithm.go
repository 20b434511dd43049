package dpop

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"fmt"
	"slices"
)

// Family is the kind of signature behind a JWS algorithm.
type Family int

// The asymmetric signature families that a proof may use (RFC 9449 §11.6).
const (
	ECDSA Family = iota + 1
	EdDSA
	PKCS1
	PSS
)

// Algorithm is one asymmetric JWS signature algorithm (RFC 7518 §3.1,
// RFC 8037 §3.1, RFC 9864 §2.2).
type Algorithm struct {
	Name   string
	Family Family
	Hash   crypto.Hash    // zero for EdDSA
	Curve  elliptic.Curve // ECDSA only
	Octets int            // length of one half of an ECDSA signature
}

var algorithms = []Algorithm{
	{"ES256", ECDSA, crypto.SHA256, elliptic.P256(), 32},
	{"ES384", ECDSA, crypto.SHA384, elliptic.P384(), 48},
	{"ES512", ECDSA, crypto.SHA512, elliptic.P521(), 66},
	{Name: "EdDSA", Family: EdDSA},
	{Name: "Ed25519", Family: EdDSA},
	{Name: "RS256", Family: PKCS1, Hash: crypto.SHA256},
	{Name: "RS384", Family: PKCS1, Hash: crypto.SHA384},
	{Name: "RS512", Family: PKCS1, Hash: crypto.SHA512},
	{Name: "PS256", Family: PSS, Hash: crypto.SHA256},
	{Name: "PS384", Family: PSS, Hash: crypto.SHA384},
	{Name: "PS512", Family: PSS, Hash: crypto.SHA512},
}

// FindAlgorithm returns the asymmetric algorithm with exactly that name.
func FindAlgorithm(name string) (Algorithm, bool) {
	i := slices.IndexFunc(algorithms, func(a Algorithm) bool { return a.Name == name })
	if i < 0 {
		return Algorithm{}, false
	}
	return algorithms[i], true
}

// AlgorithmNames lists every algorithm that this package can sign and verify.
func AlgorithmNames() []string {
	names := make([]string, len(algorithms))
	for i, a := range algorithms {
		names[i] = a.Name
	}
	return names
}

// Fits says whether the algorithm may be used with the key, and if not, why
// (RFC 7518 §3.3–§3.5, RFC 8037 §3.1).
func (a Algorithm) Fits(key crypto.PublicKey) error {
	switch k := key.(type) {
	case *ecdsa.PublicKey:
		if a.Family != ECDSA {
			return fmt.Errorf("%s does not go with an EC key", a.Name)
		}
		if k.Curve != a.Curve {
			return fmt.Errorf("%s needs a key on %s, this one is on %s",
				a.Name, a.Curve.Params().Name, k.Curve.Params().Name)
		}
	case ed25519.PublicKey:
		if a.Family != EdDSA {
			return fmt.Errorf("%s does not go with an OKP key", a.Name)
		}
	case *rsa.PublicKey:
		if a.Family != PKCS1 && a.Family != PSS {
			return fmt.Errorf("%s does not go with an RSA key", a.Name)
		}
	default:
		return fmt.Errorf("%s does not go with a key of type %T", a.Name, key)
	}
	return nil
}
