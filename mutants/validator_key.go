package mutants

import (
	"bytes"
	"crypto/rsa"
	"crypto/sha256"
	"errors"
	"math/big"

	"github.com/dpopspec/dpopspec/dpop"
)

// adjusted reads the key in a proof after its members were made to fit; the
// thumbprint is that of the members as they came.
func adjusted(adjust func(jwk dpop.Object, name string) []byte) inVerifier {
	reads := func(p *dpop.Verification) error {
		fitting := p.Proof.JWK.Clone()
		for _, name := range []string{"x", "y", "n", "e"} {
			if fitting.Has(name) {
				fitting.Set(name, dpop.EncodeSegment(adjust(p.Proof.JWK, name)))
			}
		}
		key, err := dpop.ParsePublicKey(fitting)
		if err != nil {
			return err
		}
		p.Proof.Key = key.Key
		p.Proof.Thumbprint, err = dpop.Thumbprint(p.Proof.JWK)
		return err
	}
	return func(v *dpop.Verifier) {
		v.Replace("key", reads)
		byHand(v)
	}
}

// coordinateLength is how many octets the curve of a key needs (RFC 7518
// §6.2.1.2); 0 if it is no such curve.
func coordinateLength(jwk dpop.Object) int {
	crv, _ := jwk.Text("crv")
	return map[string]int{"P-256": 32, "P-384": 48, "P-521": 66}[crv]
}

// fullLength pads and strips coordinates to the length that their curve needs.
func fullLength(jwk dpop.Object, name string) []byte {
	length, data := coordinateLength(jwk), octets(jwk, name)
	if length == 0 || (name != "x" && name != "y") {
		return data
	}
	data = bytes.TrimLeft(data, "\x00")
	if len(data) > length {
		return data
	}
	return append(make([]byte, length-len(data)), data...)
}

// anyRSA takes RSA keys that fail the given demand and verifies their PKCS #1
// signatures by hand.
func anyRSA(tolerated func(n, e *big.Int) bool) inVerifier {
	weak := func(p *dpop.Verification) bool {
		return kty(p) == "RSA" && tolerated(number(p, "n"), number(p, "e"))
	}
	return func(v *dpop.Verifier) {
		wrapping("key", func(p *dpop.Verification, honest check) (err error) {
			if !weak(p) {
				return honest(p)
			}
			p.Proof.Key = &rsa.PublicKey{N: number(p, "n"), E: int(number(p, "e").Int64())}
			p.Proof.Thumbprint, err = dpop.Thumbprint(p.Proof.JWK)
			return err
		})(v)
		wrapping("signature", func(p *dpop.Verification, honest check) error {
			if !weak(p) {
				return honest(p)
			}
			return textbook(p.Proof.Input(), p.Proof.Signature, number(p, "n"), number(p, "e"))
		})(v)
	}
}

func number(p *dpop.Verification, name string) *big.Int {
	return new(big.Int).SetBytes(octets(p.Proof.JWK, name))
}

// textbook verifies RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §8.2.2) for a key
// of any size and exponent.
func textbook(input, signature []byte, n, e *big.Int) error {
	digest := sha256.Sum256(input)
	prefix := "\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20" // ibid. §9.2
	suffix := append([]byte("\x00"+prefix), digest[:]...)
	size := (n.BitLen() + 7) / 8
	encoded := append([]byte{0, 1}, bytes.Repeat([]byte{0xff}, size-2-len(suffix))...)
	encoded = append(encoded, suffix...)
	power := new(big.Int).Exp(new(big.Int).SetBytes(signature), e, n)
	return when(bytes.Equal(power.FillBytes(make([]byte, size)), encoded))
}

// keyBugs are bugs in reading the key.
var keyBugs = []row{
	{id: "PV-063", does: "crashes on a point off the curve", breaks: ids{"RFC9449-4.3-38"},
		change: wrapping("key", func(p *dpop.Verification, honest check) error {
			err := honest(p)
			x, y, length := octets(p.Proof.JWK, "x"), octets(p.Proof.JWK, "y"), coordinateLength(p.Proof.JWK)
			if err != nil && len(x) == length && len(y) == length {
				panic("attempted operation on invalid point")
			}
			return err
		})},
	{id: "PV-064", does: "accepts coordinates of any length", breaks: ids{"RFC9449-4.3-39"},
		change: adjusted(fullLength)},
	{id: "PV-065", does: "refuses a coordinate with a natural leading zero", breaks: ids{"RFC9449-4.3-39"},
		change: also("key", func(p *dpop.Verification) error {
			for _, name := range []string{"x", "y"} {
				if data := octets(p.Proof.JWK, name); kty(p) == "EC" && len(data) > 0 && data[0] == 0 {
					return errors.New("a coordinate has the wrong length")
				}
			}
			return nil
		})},
	{id: "PV-066", does: "accepts RSA keys below 2048 bits", breaks: ids{"RFC9449-4.3-40"},
		change: anyRSA(func(n, e *big.Int) bool { return n.BitLen() < 2048 && e.Int64() > 2 })},
	{id: "PV-067", does: "accepts RSA exponents that are 1 or even", breaks: ids{"RFC9449-4.3-40"},
		change: anyRSA(func(n, e *big.Int) bool { return n.BitLen() >= 2048 && (e.Int64() == 1 || e.Bit(0) == 0) })},
	{id: "PV-069", does: "accepts a private key of the types EC and OKP", breaks: ids{"RFC9449-4.3-41"},
		change: skipping("private-key", func(p *dpop.Verification) bool { return kty(p) != "RSA" })},
	{id: "PV-070", does: "knows a private RSA key by its d alone", breaks: ids{"RFC9449-4.3-41"},
		change: skipping("private-key", func(p *dpop.Verification) bool {
			return kty(p) == "RSA" && !p.Proof.JWK.Has("d")
		})},
	{id: "PV-071", does: "takes an empty d for none", breaks: ids{"RFC9449-4.3-41"},
		change: inVerifier(func(v *dpop.Verifier) {
			skipping("private-key", func(p *dpop.Verification) bool {
				d, err := p.Proof.JWK.Text("d")
				return err == nil && d == ""
			})(v)
			byHand(v)
		})},
	{id: "PV-115", does: "gives a key another thumbprint by another text", breaks: ids{"RFC7638-3-04"},
		change: adjusted(octets)},
}
