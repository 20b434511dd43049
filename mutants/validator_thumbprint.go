package mutants

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"

	"github.com/dpopspec/dpopspec/dpop"
)

// ofDER hashes another form of the key (X.509 SubjectPublicKeyInfo).
func ofDER(key crypto.PublicKey) string {
	der, _ := x509.MarshalPKIXPublicKey(key) // of no key it is empty
	sum := sha256.Sum256(der)
	return dpop.EncodeSegment(sum[:])
}

func decoded(thumbprint string) []byte {
	digest, _ := dpop.DecodeSegment(thumbprint)
	return digest
}

// spelled names every key by another text of its thumbprint.
func spelled(spell func(jwk dpop.Object, right string) string) gate {
	return thumbprints(func(_ crypto.PublicKey, jwk dpop.Object, right string) string { return spell(jwk, right) })
}

// thumbprintBugs are bugs in naming a key. Rows of one id are variants.
var thumbprintBugs = []bug{
	{"PV-113", "pads the thumbprint", []string{"RFC9449-6.1-02", "RFC9449-11.10-01"}, nil,
		spelled(func(_ dpop.Object, right string) string { return right + "=" })},
	{"PV-113", "writes the thumbprint in the standard alphabet and pads it", []string{"RFC9449-6.1-02", "RFC9449-11.10-01"}, nil,
		spelled(func(_ dpop.Object, right string) string { return base64.StdEncoding.EncodeToString(decoded(right)) })},
	{"PV-113", "writes the thumbprint in hexadecimal", []string{"RFC9449-6.1-02", "RFC9449-11.10-01"}, nil,
		spelled(func(_ dpop.Object, right string) string { return hex.EncodeToString(decoded(right)) })},
	{"PV-113", "makes the thumbprint with SHA-512", []string{"RFC9449-6.1-02", "RFC9449-11.10-01"}, nil,
		spelled(func(jwk dpop.Object, _ string) string {
			sum := sha512.Sum512(jwk.JSON())
			return dpop.EncodeSegment(sum[:])
		})},
	{"PV-113", "takes the kid of a key for its thumbprint", []string{"RFC7638-3-01", "RFC9449-6.1-03"}, nil,
		spelled(func(jwk dpop.Object, right string) string {
			if kid, err := jwk.Text("kid"); err == nil {
				return kid
			}
			return right
		})},
	{"PV-114", "makes wrong thumbprints of RSA and OKP keys", []string{"RFC9449-6.1-02"}, nil,
		thumbprints(func(key crypto.PublicKey, _ dpop.Object, right string) string {
			if _, elliptic := key.(*ecdsa.PublicKey); elliptic {
				return right
			}
			return ofDER(key)
		})},
}
