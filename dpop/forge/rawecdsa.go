package forge

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
		return rawECDSA{}, fmt.Errorf("forge: %w", err)
	}
	params := private.Params()
	return rawECDSA{key.Curve(), params.N, new(big.Int).SetBytes(key.Bytes()), (params.BitSize + 7) / 8}, nil
}

// drawn is the secret number of one signature, by what the formulas need of it:
// r, the abscissa of its point, and its inverse.
type drawn struct{ r, inverse *big.Int }

// draw draws numbers until r has the property. Each may serve for one signature
// that leaves this process: two would give the key away.
func (k rawECDSA) draw(has func(r *big.Int) bool) (drawn, error) {
	for {
		number, err := k.curve.GenerateKey(rand.Reader)
		if err != nil {
			return drawn{}, fmt.Errorf("forge: %w", err)
		}
		point := number.PublicKey().Bytes() // 04 || x || y
		r := new(big.Int).SetBytes(point[1 : 1+k.octets])
		if r.Mod(r, k.order); r.Sign() > 0 && has(r) {
			return drawn{r, new(big.Int).ModInverse(new(big.Int).SetBytes(number.Bytes()), k.order)}, nil
		}
	}
}

// sign signs a digest no longer than the order.
func (k rawECDSA) sign(digest []byte, d drawn) halves {
	s := new(big.Int).Mul(d.r, k.secret)
	s.Add(s, new(big.Int).SetBytes(digest)).Mul(s, d.inverse).Mod(s, k.order)
	return halves{d.r, s, k.order, k.octets}
}

// short reports whether a half begins with a zero octet by nature.
func (k rawECDSA) short(half *big.Int) bool { return half.BitLen() <= 8*(k.octets-1) }
