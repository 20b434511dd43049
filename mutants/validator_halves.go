package mutants

import (
	"crypto/ecdsa"
	"math/big"

	"github.com/dpopspec/dpopspec/dpop"
)

// ranged verifies an ECDSA signature with a range check of its own. What passes that
// and has no inverse of s comes out at the point at infinity, whose abscissa is taken
// for a number as any.
func ranged(takes func(r, s, order, prime *big.Int) bool) inVerifier {
	return wrapping("signature", func(p *dpop.Verification, honest check) error {
		key, isECDSA := p.Proof.Key.(*ecdsa.PublicKey)
		half := len(p.Proof.Signature) / 2
		if !isECDSA || len(p.Proof.Signature)%2 != 0 || half != (key.Params().BitSize+7)/8 {
			return honest(p)
		}
		r, s := new(big.Int).SetBytes(p.Proof.Signature[:half]), new(big.Int).SetBytes(p.Proof.Signature[half:])
		if takes(r, s, key.Params().N, key.Params().P) {
			return nil
		}
		return honest(p)
	})
}

// halvesBugs are bugs in the range of the halves of an ECDSA signature.
var halvesBugs = []row{
	{id: "PV-143", variant: "only-r", does: "looks for zero in the first half of an ECDSA signature alone",
		breaks: ids{"RFC9449-4.3-33"}, change: ranged(func(r, s, order, _ *big.Int) bool {
			return s.Sign() == 0 && r.Cmp(order) == 0
		})},
	{id: "PV-143", variant: "only-s", does: "looks for zero in the second half of an ECDSA signature alone",
		breaks: ids{"RFC9449-4.3-33"}, change: ranged(func(r, s, order, _ *big.Int) bool {
			return r.Sign() == 0 && s.Cmp(order) == 0
		})},
	{id: "PV-143", variant: "infinity-is-one", does: "gives the point at infinity the abscissa one",
		breaks: ids{"RFC9449-4.3-33"}, change: ranged(func(r, s, _, _ *big.Int) bool {
			return s.Sign() == 0 && r.Cmp(big.NewInt(1)) == 0
		})},
	{id: "PV-143", variant: "in-the-field", does: "compares the first half of an ECDSA signature in the field",
		breaks: ids{"RFC9449-4.3-33"}, change: ranged(func(r, s, order, prime *big.Int) bool {
			return s.Cmp(order) == 0 && r.Cmp(prime) == 0
		})},
}
