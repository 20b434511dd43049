package dpop

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"errors"
	"math/big"
)

// BareSignature checks the signature alone, with no eye for header and jwk.
// VerifySignature judges more than that: go-jose refuses private keys, crit,
// b64 and weak keys of its own accord. A party that leaves such a check out is
// seen to do so only where its signature check does not make up for it. RSA
// keys of any size and exponent are taken.
func BareSignature(p *Proof, key crypto.PublicKey) error {
	if verifies(p, key) {
		return nil
	}
	return errors.New("the signature does not verify")
}

func verifies(p *Proof, key crypto.PublicKey) bool {
	input, hash := p.Input(), p.Algorithm.Hash
	switch k := key.(type) {
	case *ecdsa.PublicKey:
		octets := (k.Params().BitSize + 7) / 8
		if len(p.Signature) != 2*octets {
			return false
		}
		h := split(k, p.Signature)
		return ecdsa.Verify(k, digest(hash, input), h.r, h.s)
	case ed25519.PublicKey:
		return ed25519.Verify(k, input, p.Signature)
	case *rsa.PublicKey:
		if p.Algorithm.Family == PSS {
			options := &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}
			return rsa.VerifyPSS(k, hash, digest(hash, input), p.Signature, options) == nil
		}
		return verifiesPKCS1(k, hash, digest(hash, input), p.Signature)
	}
	return false
}

// verifiesPKCS1 is RFC 8017 §8.2.2 without any demand on the key: crypto/rsa
// refuses exponents and sizes that a careless party would take.
func verifiesPKCS1(key *rsa.PublicKey, hash crypto.Hash, sum, signature []byte) bool {
	s := new(big.Int).SetBytes(signature)
	octets := (key.N.BitLen() + 7) / 8
	if len(signature) != octets || s.Cmp(key.N) >= 0 {
		return false
	}
	padded := s.Exp(s, big.NewInt(int64(key.E)), key.N).FillBytes(make([]byte, octets))
	expected, err := padPKCS1(hash, sum, octets)
	return err == nil && bytes.Equal(padded, expected)
}
