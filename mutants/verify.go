package mutants

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"math/big"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
)

var errSignature = errors.New("the signature does not verify")

// byHand lets a verifier verify signatures by signed.
func byHand(v *dpop.Verifier) {
	v.Replace("signature", func(p *dpop.Verification) error { return signed(p, p.Proof.Algorithm, p.Proof.Key) })
}

// signed verifies the signature of a proof over its own text.
func signed(p *dpop.Verification, a dpop.Algorithm, key crypto.PublicKey) error {
	return signedOver(p.Proof.Input(), p.Proof.Signature, a, key)
}

// signedOver verifies a signature by the type of the key, as verifiers do that
// ask no further: alg gives the hash alone.
func signedOver(input, signature []byte, a dpop.Algorithm, key crypto.PublicKey) error {
	if k, ok := key.(ed25519.PublicKey); ok {
		return when(ed25519.Verify(k, input, signature))
	}
	hash := a.Hash
	if hash == 0 {
		hash = crypto.SHA256
	}
	h := hash.New()
	h.Write(input)
	digest := h.Sum(nil)
	switch k := key.(type) {
	case *ecdsa.PublicKey:
		half := len(signature) / 2
		r, s := new(big.Int).SetBytes(signature[:half]), new(big.Int).SetBytes(signature[half:])
		return when(ecdsa.Verify(k, digest, r, s))
	case *rsa.PublicKey:
		return when(rsa.VerifyPKCS1v15(k, hash, digest, signature) == nil ||
			rsa.VerifyPSS(k, hash, digest, signature, nil) == nil)
	}
	return errSignature
}

// overText verifies over a text that a stricter parser would not take.
func overText(p *dpop.Verification, input string) error {
	return signedOver([]byte(input), p.Proof.Signature, p.Proof.Algorithm, p.Proof.Key)
}

func when(holds bool) error {
	if holds {
		return nil
	}
	return errSignature
}

// lenient reads base64url as careless decoders do: padding, both alphabets,
// line breaks, and whatever the last bits are.
func lenient(text string) ([]byte, error) {
	text = strings.NewReplacer("+", "-", "/", "_", "=", "", "\n", "", "\r", "").Replace(text)
	return base64.RawURLEncoding.DecodeString(text)
}

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
