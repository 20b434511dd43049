package forge

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"errors"
	"math/big"
	"slices"

	"github.com/dpopspec/dpopspec/dpop"
)

// rsaDefects are about the size and the exponent of an RSA key (RFC 7518
// §3.3, §6.3.1). The keys are weak on purpose and known to everybody.
func rsaDefects() []Defect {
	weak := func(value, says, name string, exponent int64) Defect {
		return bad("jwk", value, says, embedRSA(name, exponent), "key")
	}
	huge := moot("jwk", "RSA of 16384 bits", "a server may bound what a signature costs it", embedRSA("16384", 65537), "key", "size")
	return embedding(
		weak("RSA of 512 bits", "at least 2048 bits are required", "512", 65537),
		weak("RSA of 1024 bits", "at least 2048 bits are required", "1024", 65537),
		weak("RSA of 2047 bits", "at least 2048 bits are required", "2047", 65537),
		weak("RSA with exponent 1", "the signature is the padded hash: anybody can make it", "2048", 1),
		weak("RSA with an even exponent", "the signature is a square root", "2048", 2),
		huge,
		moot("jwk", "RSA with exponent 3", "small, yet no specification forbids it", embedRSA("2048", 3), "key"),
	)
}

// embedRSA makes a proof of a well-known key, its signature sound.
func embedRSA(name string, exponent int64) func(*Forgery) error {
	return func(f *Forgery) error {
		if err := f.useWeakRSA(name, exponent); err != nil {
			return err
		}
		return f.redraft()
	}
}

// useWeakRSA drafts the proof for a well-known key.
func (f *Forgery) useWeakRSA(name string, exponent int64) error {
	key, err := weakRSA(name, exponent)
	if err != nil {
		return err
	}
	alg := "RS256"
	if f.Algorithms != nil && !slices.Contains(f.Algorithms, alg) {
		alg = "PS256"
	}
	if f.Algorithms != nil && !slices.Contains(f.Algorithms, alg) {
		return lacking("it needs a server that advertises RS256 or PS256")
	}
	if alg == "PS256" && key.octets() < 2*crypto.SHA256.Size()+2 {
		return lacking("so short a key has no room for the salt of PS256")
	}
	f.Draft.Header.Set("alg", alg)
	f.Draft.Header.Set("jwk", key.jwk())
	f.Sign = func(input []byte) ([]byte, error) {
		sum := digest(crypto.SHA256, input)
		if alg == "RS256" {
			return key.signPKCS1(crypto.SHA256, sum)
		}
		return key.signPSS(crypto.SHA256, sum, crypto.SHA256, crypto.SHA256.Size())
	}
	return nil
}

// errRedraft says that this proof cannot be signed as the defect wants it, and
// that another one may.
var errRedraft = errors.New("no signature of this kind for this proof")

// redraft takes another jti until the proof can be signed, and keeps the
// signature that was found: PSS is random.
func (f *Forgery) redraft() error {
	f.Sign = remembering(f.Sign)
	for range 5000 {
		_, err := f.segments()
		if !errors.Is(err, errRedraft) {
			return err
		}
		f.Draft.Claims.Set("jti", dpop.NewID())
	}
	return errRedraft
}

// remembering signs an input once, however often it is asked for.
func remembering(sign func([]byte) ([]byte, error)) func([]byte) ([]byte, error) {
	var last, signature []byte
	return func(input []byte) ([]byte, error) {
		if signature != nil && bytes.Equal(input, last) {
			return signature, nil
		}
		made, err := sign(input)
		if err == nil {
			last, signature = bytes.Clone(input), made
		}
		return made, err
	}
}

// rsaSignatureDefects are about the range and the length of an RSA signature
// (RFC 8017 §8.1.2, §8.2.2).
func rsaSignatureDefects() []Defect {
	raised := bad("signature", "raised by the modulus", "the same residue, out of range", func(f *Forgery) error {
		return f.untilRSA(f.Key.Public().(*rsa.PublicKey).N, func(s, n *big.Int) bool {
			return s.Add(s, n).BitLen() <= n.BitLen()
		})
	}, "signature")
	// One signature in 128 under this key, whose modulus begins with 0x8000, and
	// its many primes make each of them cheap; a verifier sees nothing of that.
	natural := fine("signature", "with a natural leading zero", "full length all the same (RFC 8017 §4.1)", func(f *Forgery) error {
		if err := f.useWeakRSA(ofManyPrimes, 65537); err != nil {
			return err
		}
		key, err := weakRSA(ofManyPrimes, 65537)
		if err != nil {
			return err
		}
		return f.untilRSA(key.modulus, func(s, n *big.Int) bool { return s.BitLen() <= n.BitLen()-8 })
	})
	return append(needing(Needs{Algorithms: rsaKinds}, raised), embedding(natural)...)
}

// untilRSA changes the signature as a number, and drafts until it has the
// property that the function reports.
func (f *Forgery) untilRSA(modulus *big.Int, edit func(s, n *big.Int) bool) error {
	sign := f.Sign
	f.Sign = func(input []byte) ([]byte, error) {
		signature, err := sign(input)
		if err != nil {
			return nil, err
		}
		s := new(big.Int).SetBytes(signature)
		if !edit(s, modulus) {
			return nil, errRedraft
		}
		return s.FillBytes(signature), nil
	}
	return f.redraft()
}

// pssDefects are about salt and mask of RSASSA-PSS (RFC 7518 §3.5): the salt
// as long as the hash, the mask made with the same hash.
func pssDefects() []Defect {
	row := func(value, says string, sign func(k *rawRSA, hash crypto.Hash, sum []byte) ([]byte, error)) Defect {
		return bad("signature", value, says, func(f *Forgery) error {
			key, ok := rawOf(f.Key)
			if !ok {
				return errors.New("the key is none of this process")
			}
			hash := hashOf(f.Key.Algorithm)
			f.Sign = func(input []byte) ([]byte, error) { return sign(key, hash, digest(hash, input)) }
			return nil
		}, "signature")
	}
	return needing(Needs{Algorithms: rsaPSS},
		row("with an empty salt", "the salt is as long as the hash", func(k *rawRSA, h crypto.Hash, sum []byte) ([]byte, error) {
			return k.signPSS(h, sum, h, 0)
		}),
		row("with a salt of 20 octets", "the salt is as long as the hash", func(k *rawRSA, h crypto.Hash, sum []byte) ([]byte, error) {
			return k.signPSS(h, sum, h, 20)
		}),
		row("with the longest salt", "the salt is as long as the hash", func(k *rawRSA, h crypto.Hash, sum []byte) ([]byte, error) {
			return k.signPSS(h, sum, h, k.octets()-h.Size()-2)
		}),
		row("with a mask made with SHA-1", "the mask is made with the same hash", func(k *rawRSA, h crypto.Hash, sum []byte) ([]byte, error) {
			return k.signPSS(h, sum, crypto.SHA1, h.Size())
		}),
	)
}
