package forge

import (
	"crypto"
	"crypto/rsa"
	"fmt"
	"io"
	"sync"

	"github.com/dpopspec/dpopspec/dpop"
)

// manyPrimes is an RSA key pair of more than two primes (RFC 8017 §3.2). One of
// thirty-two, each of which fits a machine word, signs in a small part of the
// time that one of two takes, which is longer than the rest of a case; who
// verifies sees modulus and exponent alone.
type manyPrimes struct {
	*rawRSA
	public *rsa.PublicKey
}

// Public implements crypto.Signer.
func (k manyPrimes) Public() crypto.PublicKey { return k.public }

// Sign implements crypto.Signer. Salts are as long as the hash (RFC 7518 §3.5).
func (k manyPrimes) Sign(_ io.Reader, sum []byte, options crypto.SignerOpts) ([]byte, error) {
	hash := options.HashFunc()
	if _, ok := options.(*rsa.PSSOptions); ok {
		return k.signPSS(hash, sum, hash, hash.Size())
	}
	return k.signPKCS1(hash, sum)
}

// RSAKey returns the key pair for probing with an RSA algorithm: one of 2048
// bits, the same every time, since another would take longer to make than a
// hundred cases to run. Everybody knows its private half, which can be neither
// exported nor loaded elsewhere.
func RSAKey(algorithm string) (*dpop.Key, error) {
	raw, err := weakRSA(ofManyPrimes, 65537)
	if err != nil {
		return nil, err
	}
	return dpop.NewKey(manyPrimes{raw, &rsa.PublicKey{N: raw.modulus, E: int(raw.exponent)}}, algorithm)
}

// twoPrimes is a well-known RSA key pair of the usual kind.
var twoPrimes = sync.OnceValues(func() (*rsa.PrivateKey, error) {
	raw, err := weakRSA("2048", 65537)
	if err != nil {
		return nil, err
	}
	key := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: raw.modulus, E: int(raw.exponent)}, D: raw.private()}
	for _, part := range raw.parts {
		key.Primes = append(key.Primes, part.prime)
	}
	if err := key.Validate(); err != nil {
		return nil, fmt.Errorf("forge: a well-known key: %w", err)
	}
	key.Precompute()
	return key, nil
})

// rawOf returns what signs by the formulas with an RSA key pair of this process.
func rawOf(k *dpop.Key) (*rawRSA, bool) {
	switch private := k.Private().(type) {
	case manyPrimes:
		return private.rawRSA, true
	case *rsa.PrivateKey:
		return newRawRSA(private.Primes, int64(private.E)), true
	}
	return nil, false
}
