package forge

import (
	"math/big"
	"slices"
)

// edwardsDefects are about the range of S in an Ed25519 signature: it lies below the
// group order (RFC 8032 §5.1.7), or one signature has sixteen texts.
func edwardsDefects() []Defect {
	return needing(Needs{Algorithms: edwards},
		bad("signature", "with S raised by the group order", "the same residue, its three highest bits zero",
			octetsOf(raisedEdwards(1)), "signature"),
		bad("signature", "with S raised as far as it fits", "the same residue, fourteen group orders higher",
			octetsOf(raisedEdwards(14)), "signature"),
	)
}

// raisedEdwards adds so many times the group order to S, which stands in the second
// half, its lowest octet first.
func raisedEdwards(times int64) func(signature []byte) []byte {
	order, _ := new(big.Int).SetString("1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed", 16)
	raise := order.Mul(order, big.NewInt(times))
	return func(signature []byte) []byte {
		s := slices.Clone(signature[32:])
		slices.Reverse(s)
		s = new(big.Int).Add(raise, new(big.Int).SetBytes(s)).FillBytes(make([]byte, 32))
		slices.Reverse(s)
		return append(signature[:32:32], s...)
	}
}
