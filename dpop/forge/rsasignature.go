package forge

import (
	"crypto"
	"crypto/rsa"
	"errors"
	"math/big"
)

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
	natural := fine("signature", "with a natural leading zero", "full length all the same (RFC 8017 §4.1)", shortRSA)
	short := bad("signature", "short of its natural leading zero", "one octet less than the modulus has",
		func(f *Forgery) error {
			if err := shortRSA(f); err != nil {
				return err
			}
			return octetsOf(func(s []byte) []byte { return s[1:] })(f)
		}, "signature")
	one := bad("signature", "that is the number one", "its own power, whatever the exponent",
		octetsOf(func(s []byte) []byte { return big.NewInt(1).FillBytes(s) }), "signature")
	return append(needing(Needs{Algorithms: rsaKinds}, raised, one), embedding(natural, short)...)
}

// shortRSA signs with a well-known key until the signature begins with a zero octet.
func shortRSA(f *Forgery) error {
	if err := f.useWeakRSA(ofManyPrimes, 65537); err != nil {
		return err
	}
	key, err := weakRSA(ofManyPrimes, 65537)
	if err != nil {
		return err
	}
	return f.untilRSA(key.modulus, func(s, n *big.Int) bool { return s.BitLen() <= n.BitLen()-8 })
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
		row("with an empty salt", "the salt is as long as the hash",
			func(k *rawRSA, h crypto.Hash, sum []byte) ([]byte, error) { return k.signPSS(h, sum, h, 0) }),
		row("with a salt of 20 octets", "the salt is as long as the hash",
			func(k *rawRSA, h crypto.Hash, sum []byte) ([]byte, error) { return k.signPSS(h, sum, h, 20) }),
		row("with the longest salt", "the salt is as long as the hash",
			func(k *rawRSA, h crypto.Hash, sum []byte) ([]byte, error) {
				return k.signPSS(h, sum, h, k.octets()-h.Size()-2)
			}),
		row("with a mask made with SHA-1", "the mask is made with the same hash",
			func(k *rawRSA, h crypto.Hash, sum []byte) ([]byte, error) {
				return k.signPSS(h, sum, crypto.SHA1, h.Size())
			}),
	)
}
