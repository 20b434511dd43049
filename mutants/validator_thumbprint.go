package mutants

import (
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"

	"github.com/dpopspec/dpopspec/dpop"
)

// naming names the key of each proof in another way than RFC 7638 with SHA-256
// does. The proof comes with the right thumbprint.
func naming(name func(*dpop.Proof) string) inVerifier {
	return wrapping("key", func(p *dpop.Verification, honest check) error {
		err := honest(p)
		p.Proof.Thumbprint = name(&p.Proof)
		return err
	})
}

func decoded(thumbprint string) []byte {
	digest, _ := dpop.DecodeSegment(thumbprint)
	return digest
}

// thumbprintBugs are bugs in naming a key.
var thumbprintBugs = []row{
	{id: "PV-113", variant: "padded", does: "pads the thumbprint", breaks: ids{"RFC9449-6.1-02", "RFC9449-11.10-01", "RFC9449-6-01"},
		change: naming(func(p *dpop.Proof) string { return p.Thumbprint + "=" })},
	{id: "PV-113", variant: "standard-alphabet", does: "writes the thumbprint in the standard alphabet and pads it",
		breaks: ids{"RFC9449-6.1-02", "RFC9449-11.10-01", "RFC9449-6-01"},
		change: naming(func(p *dpop.Proof) string { return base64.StdEncoding.EncodeToString(decoded(p.Thumbprint)) })},
	{id: "PV-113", variant: "hex", does: "writes the thumbprint in hexadecimal",
		breaks: ids{"RFC9449-6.1-02", "RFC9449-11.10-01", "RFC9449-6-01"},
		change: naming(func(p *dpop.Proof) string { return hex.EncodeToString(decoded(p.Thumbprint)) })},
	{id: "PV-113", variant: "sha-512", does: "makes the thumbprint with SHA-512",
		breaks: ids{"RFC9449-6.1-02", "RFC9449-11.10-01", "RFC9449-6-01"}, change: naming(func(p *dpop.Proof) string {
			sum := sha512.Sum512(p.JWK.JSON())
			return dpop.EncodeSegment(sum[:])
		})},
	{id: "PV-113", variant: "kid", does: "takes the kid of a key for its thumbprint",
		breaks: ids{"RFC7638-3-01", "RFC9449-6.1-03"}, change: naming(func(p *dpop.Proof) string {
			if kid, err := p.JWK.Text("kid"); err == nil {
				return kid
			}
			return p.Thumbprint
		})},
	{id: "PV-114", does: "makes wrong thumbprints of RSA and OKP keys", breaks: ids{"RFC9449-6.1-02"},
		change: naming(func(p *dpop.Proof) string {
			if _, elliptic := p.Key.(*ecdsa.PublicKey); elliptic {
				return p.Thumbprint
			}
			der, _ := x509.MarshalPKIXPublicKey(p.Key) // of no key it is empty
			sum := sha256.Sum256(der)
			return dpop.EncodeSegment(sum[:])
		})},
}
