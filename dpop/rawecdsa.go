package dpop

import (
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/rand"
	"fmt"
	"math/big"
)

// rawECDSA signs by the formulas of SEC 1 §4.1.3, so that a signature with a
// property that one in many has costs a point multiplication a try and not a
// whole signature.
type rawECDSA struct {
	curve  ecdh.Curve
	order  *big.Int // of the base point
	secret *big.Int
	octets int // of a coordinate, and of half a signature
}

func newRawECDSA(private *ecdsa.PrivateKey) (rawECDSA, error) {
	key, err := private.ECDH()
	if err != nil {
		return rawECDSA{}, fmt.Errorf("dpop: %w", err)
	}
	params := private.Params()
	return rawECDSA{key.Curve(), params.N, new(big.Int).SetBytes(key.Bytes()), (params.BitSize + 7) / 8}, nil
}

// sign signs a digest, no longer than the order, with one random number after
// another until the signature has the property.
func (k rawECDSA) sign(digest []byte, has func(halves) bool) (halves, error) {
	z := new(big.Int).SetBytes(digest)
	for {
		drawn, err := k.curve.GenerateKey(rand.Reader)
		if err != nil {
			return halves{}, fmt.Errorf("dpop: %w", err)
		}
		point := drawn.PublicKey().Bytes() // 04 || x || y
		r := new(big.Int).SetBytes(point[1 : 1+k.octets])
		r.Mod(r, k.order)
		s := new(big.Int).Mul(r, k.secret)
		s.Add(s, z).Mul(s, new(big.Int).ModInverse(new(big.Int).SetBytes(drawn.Bytes()), k.order)).Mod(s, k.order)
		if h := (halves{r, s, k.order, k.octets}); r.Sign() > 0 && s.Sign() > 0 && has(h) {
			return h, nil
		}
	}
}
