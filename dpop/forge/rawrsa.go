package forge

import (
	"bytes"
	"crypto"
	"crypto/rand"
	_ "embed" // the primes of weak keys
	"errors"
	"math/big"
	"math/bits"

	"github.com/dpopspec/dpopspec/dpop"
)

// rawRSA signs with RSA keys that no library takes, by the formulas of RFC
// 8017. It is neither fast nor constant in time: its keys are known.
type rawRSA struct {
	exponent int64
	modulus  *big.Int
	parts    []rsaPart
}

// rsaPart is one prime of a key with what the Chinese remainder theorem needs
// of it (RFC 8017 §3.2).
type rsaPart struct {
	prime, private *big.Int // private: the inverse of the exponent modulo prime - 1; nil if there is none
	before         *big.Int // the product of the primes before it
	inverse        *big.Int // of before, modulo the prime
}

func newRawRSA(primes []*big.Int, exponent int64) *rawRSA {
	k := &rawRSA{exponent: exponent, modulus: big.NewInt(1)}
	for _, p := range primes {
		k.parts = append(k.parts, rsaPart{
			prime:   p,
			private: new(big.Int).ModInverse(big.NewInt(exponent), new(big.Int).Sub(p, big.NewInt(1))),
			before:  new(big.Int).Set(k.modulus),
			inverse: new(big.Int).ModInverse(k.modulus, p),
		})
		k.modulus.Mul(k.modulus, p)
	}
	return k
}

func (k *rawRSA) octets() int { return (k.modulus.BitLen() + 7) / 8 }

// private is the inverse of the exponent modulo the product of all primes - 1.
func (k *rawRSA) private() *big.Int {
	totient := big.NewInt(1)
	for _, part := range k.parts {
		totient.Mul(totient, new(big.Int).Sub(part.prime, big.NewInt(1)))
	}
	return totient.ModInverse(big.NewInt(k.exponent), totient)
}

func (k *rawRSA) jwk() dpop.Object {
	var jwk dpop.Object
	jwk.Add("kty", "RSA")
	jwk.Add("n", dpop.EncodeSegment(k.modulus.Bytes()))
	jwk.Add("e", dpop.EncodeSegment(big.NewInt(k.exponent).Bytes()))
	return jwk
}

// root returns the number whose power under the public exponent is m, put
// together from its residues (RFC 8017 §5.1.2).
func (k *rawRSA) root(m *big.Int) (*big.Int, error) {
	root := new(big.Int)
	for _, part := range k.parts {
		residue, err := part.root(m, k.exponent)
		if err != nil {
			return nil, err
		}
		// Garner's step: root + before·h ≡ residue (mod prime).
		h := residue.Sub(residue, root)
		h.Mul(h.Mod(h, part.prime), part.inverse).Mod(h, part.prime)
		root.Add(root, h.Mul(h, part.before))
	}
	return root, nil
}

func (p rsaPart) root(m *big.Int, exponent int64) (*big.Int, error) {
	residue := new(big.Int).Mod(m, p.prime)
	switch {
	case exponent == 2 && residue.ModSqrt(residue, p.prime) == nil:
		return nil, errRedraft // the padded hash is no square under this key
	case exponent == 2:
		return residue, nil
	case p.private == nil:
		return nil, errors.New("forge: the exponent does not go with the primes")
	case p.prime.IsUint64():
		return residue.SetUint64(powerModulo(residue.Uint64(), p.private.Uint64(), p.prime.Uint64())), nil
	}
	return residue.Exp(residue, p.private, p.prime), nil
}

// powerModulo is base to the power of exponent, modulo a prime of one word, of
// which base is a residue.
func powerModulo(base, exponent, prime uint64) uint64 {
	power := uint64(1)
	for ; exponent > 0; exponent >>= 1 {
		if exponent&1 == 1 {
			power = timesModulo(power, base, prime)
		}
		base = timesModulo(base, base, prime)
	}
	return power
}

func timesModulo(x, y, prime uint64) uint64 {
	high, low := bits.Mul64(x, y)
	return bits.Rem64(high, low, prime)
}

func (k *rawRSA) sign(padded []byte) ([]byte, error) {
	root, err := k.root(new(big.Int).SetBytes(padded))
	if err != nil {
		return nil, err
	}
	return root.FillBytes(make([]byte, k.octets())), nil
}

// digestInfo is the DER that stands before a hash (RFC 8017 §9.2).
var digestInfo = map[crypto.Hash][]byte{
	crypto.SHA256: {0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
		0x00, 0x04, 0x20},
	crypto.SHA384: {0x30, 0x41, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02, 0x05,
		0x00, 0x04, 0x30},
	crypto.SHA512: {0x30, 0x51, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03, 0x05,
		0x00, 0x04, 0x40},
}

// padPKCS1 encodes a hash for RSASSA-PKCS1-v1_5 (RFC 8017 §9.2).
func padPKCS1(hash crypto.Hash, sum []byte, octets int) ([]byte, error) {
	tail := append(append([]byte{0}, digestInfo[hash]...), sum...)
	if octets < len(tail)+10 {
		return nil, errors.New("forge: the RSA key is too short for the hash")
	}
	padded := bytes.Repeat([]byte{0xff}, octets-len(tail))
	padded[0], padded[1] = 0, 1
	return append(padded, tail...), nil
}

// signPKCS1 signs a hash with RSASSA-PKCS1-v1_5 (RFC 8017 §8.2.1).
func (k *rawRSA) signPKCS1(hash crypto.Hash, sum []byte) ([]byte, error) {
	padded, err := padPKCS1(hash, sum, k.octets())
	if err != nil {
		return nil, err
	}
	return k.sign(padded)
}

// signPSS signs a hash with RSASSA-PSS (RFC 8017 §8.1.1, §9.1.1). The hash of
// the mask and the length of the salt, in octets, are free.
func (k *rawRSA) signPSS(hash crypto.Hash, sum []byte, mask crypto.Hash, saltLength int) ([]byte, error) {
	for {
		signature, err := k.sign(k.encodePSS(hash, sum, mask, saltLength))
		if !errors.Is(err, errRedraft) { // another salt may have one
			return signature, err
		}
	}
}

func (k *rawRSA) encodePSS(hash crypto.Hash, sum []byte, mask crypto.Hash, saltLength int) []byte {
	salt := make([]byte, saltLength)
	rand.Read(salt) // crypto/rand never fails
	message := append(make([]byte, 8), sum...)
	h := digest(hash, append(message, salt...))

	bits := k.modulus.BitLen() - 1
	padded := make([]byte, (bits+7)/8)
	block := padded[:len(padded)-len(h)-1]
	block[len(block)-saltLength-1] = 1
	copy(block[len(block)-saltLength:], salt)
	for i, c := range mgf1(mask, h, len(block)) {
		block[i] ^= c
	}
	block[0] &= 0xff >> (8*len(padded) - bits)
	copy(padded[len(block):], h)
	padded[len(padded)-1] = 0xbc
	return padded
}

// mgf1 is the mask generation function of RFC 8017 app. B.2.1.
func mgf1(hash crypto.Hash, seed []byte, length int) []byte {
	var mask []byte
	for counter := byte(0); len(mask) < length; counter++ {
		mask = append(mask, digest(hash, append(seed[:len(seed):len(seed)], 0, 0, 0, counter))...)
	}
	return mask[:length]
}
