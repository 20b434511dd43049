package mutants

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"errors"
	"math/big"

	"github.com/dpopspec/dpopspec/dpop"
)

// octets reads a member of a key leniently.
func octets(jwk dpop.Object, name string) []byte {
	text, _ := jwk.Text(name)
	data, _ := lenient(text)
	return data
}

// kty is the type of the key in a proof.
func kty(p *dpop.Verification) string {
	text, _ := p.Proof.JWK.Text("kty")
	return text
}

// adjusted reads the key in a proof after its members were made to fit; the
// thumbprint is that of the members as they came.
func adjusted(adjust func(jwk dpop.Object, name string) []byte) gate {
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
	return gate{verifier: func(v *dpop.Verifier) {
		v.Replace("key", reads)
		v.Replace("signature", func(p *dpop.Verification) error { return signed(p, p.Proof.Algorithm, p.Proof.Key) })
	}}
}

// fullLength pads and strips coordinates to the length that their curve needs.
func fullLength(jwk dpop.Object, name string) []byte {
	crv, _ := jwk.Text("crv")
	length := map[string]int{"P-256": 32, "P-384": 48, "P-521": 66}[crv]
	data := octets(jwk, name)
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
func anyRSA(tolerated func(n, e *big.Int) bool) gate {
	weak := func(p *dpop.Verification) bool {
		return kty(p) == "RSA" && tolerated(number(p, "n"), number(p, "e"))
	}
	return gate{verifier: func(v *dpop.Verifier) {
		key, signature := v.Check("key"), v.Check("signature")
		v.Replace("key", func(p *dpop.Verification) (err error) {
			if !weak(p) {
				return key(p)
			}
			p.Proof.Key = &rsa.PublicKey{N: number(p, "n"), E: int(number(p, "e").Int64())}
			p.Proof.Thumbprint, err = dpop.Thumbprint(p.Proof.JWK)
			return err
		})
		v.Replace("signature", func(p *dpop.Verification) error {
			if !weak(p) {
				return signature(p)
			}
			return textbook(p.Proof.Input(), p.Proof.Signature, number(p, "n"), number(p, "e"))
		})
	}}
}

func number(p *dpop.Verification, name string) *big.Int {
	return new(big.Int).SetBytes(octets(p.Proof.JWK, name))
}

// textbook verifies RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §8.2.2) for a key
// of any size and exponent.
func textbook(input, signature []byte, n, e *big.Int) error {
	digest := sha256.Sum256(input)
	prefix := []byte{0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20}
	suffix := append(append([]byte{0}, prefix...), digest[:]...)
	size := (n.BitLen() + 7) / 8
	encoded := append([]byte{0, 1}, bytes.Repeat([]byte{0xff}, size-2-len(suffix))...)
	encoded = append(encoded, suffix...)
	power := new(big.Int).Exp(new(big.Int).SetBytes(signature), e, n)
	return when(bytes.Equal(power.FillBytes(make([]byte, size)), encoded))
}

// keyBugs are bugs in reading the key.
var keyBugs = []bug{
	{"PV-063", "crashes on a point off the curve", []string{"RFC9449-4.3-38"}, nil,
		gate{verifier: func(v *dpop.Verifier) {
			key := v.Check("key")
			v.Replace("key", func(p *dpop.Verification) error {
				err := key(p)
				if errors.Is(err, dpop.ErrNotOnCurve) {
					panic("attempted operation on invalid point")
				}
				return err
			})
		}}},
	{"PV-064", "accepts coordinates of any length", []string{"RFC9449-4.3-39"}, nil, adjusted(fullLength)},
	{"PV-065", "refuses a coordinate with a natural leading zero", []string{"RFC9449-4.3-39"}, nil,
		also("key", func(p *dpop.Verification) error {
			for _, name := range []string{"x", "y"} {
				if data := octets(p.Proof.JWK, name); kty(p) == "EC" && len(data) > 0 && data[0] == 0 {
					return errors.New("a coordinate has the wrong length")
				}
			}
			return nil
		})},
	{"PV-066", "accepts RSA keys below 2048 bits", []string{"RFC9449-4.3-40"}, nil,
		anyRSA(func(n, e *big.Int) bool { return n.BitLen() < 2048 && e.Int64() > 2 })},
	{"PV-067", "accepts RSA exponents that are 1 or even", []string{"RFC9449-4.3-40"}, nil,
		anyRSA(func(n, e *big.Int) bool { return n.BitLen() >= 2048 && (e.Int64() == 1 || e.Bit(0) == 0) })},
	{"PV-069", "accepts a private key of the types EC and OKP", []string{"RFC9449-4.3-41"}, nil,
		skipping("private-key", func(p *dpop.Verification) bool { return kty(p) != "RSA" })},
	{"PV-070", "knows a private RSA key by its d alone", []string{"RFC9449-4.3-41"}, nil,
		skipping("private-key", func(p *dpop.Verification) bool { return kty(p) == "RSA" && !p.Proof.JWK.Has("d") })},
	{"PV-071", "takes an empty d for none", []string{"RFC9449-4.3-41"}, nil,
		gate{verifier: func(v *dpop.Verifier) {
			skipping("private-key", func(p *dpop.Verification) bool {
				d, err := p.Proof.JWK.Text("d")
				return err == nil && d == ""
			}).verifier(v)
			v.Replace("signature", func(p *dpop.Verification) error { return signed(p, p.Proof.Algorithm, p.Proof.Key) })
		}}},
	{"PV-115", "gives a key another thumbprint by another text", []string{"RFC7638-3-04"}, nil, adjusted(octets)},
}

// thumbprints names keys in another way than RFC 7638 with SHA-256 does.
func thumbprints(name func(key crypto.PublicKey, jwk dpop.Object, right string) string) gate {
	return gate{verifier: func(v *dpop.Verifier) {
		honest := v.Check("key")
		v.Replace("key", func(p *dpop.Verification) error {
			err := honest(p)
			p.Proof.Thumbprint = name(p.Proof.Key, p.Proof.JWK, p.Proof.Thumbprint)
			return err
		})
	}}
}
