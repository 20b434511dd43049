package forge

import (
	"crypto/ecdsa"
	"fmt"
	"math/big"
	"slices"
)

// specialNumbers are those at which verifiers err that leave out a comparison of SEC 1
// §4.1.4, or reckon modulo the order or the field prime before it.
var specialNumbers = []struct {
	name string
	of   func(order, prime *big.Int) *big.Int
}{
	{"zero", func(_, _ *big.Int) *big.Int { return new(big.Int) }},
	{"one", func(_, _ *big.Int) *big.Int { return big.NewInt(1) }},
	{"one less than the order", func(n, _ *big.Int) *big.Int { return new(big.Int).Sub(n, big.NewInt(1)) }},
	{"the order", func(n, _ *big.Int) *big.Int { return n }},
	{"one more than the order", func(n, _ *big.Int) *big.Int { return new(big.Int).Add(n, big.NewInt(1)) }},
	{"the field prime", func(_, p *big.Int) *big.Int { return p }},
}

// specialHalves are the signatures of which either half is a special number: no key has
// made them, and anybody can write them.
func specialHalves() []Defect {
	named := []string{"zero", "one", "the order"} // which both halves can be under another name
	var rows []Defect
	for _, r := range specialNumbers {
		for _, s := range specialNumbers {
			if r.name == s.name && slices.Contains(named, r.name) {
				continue
			}
			value := fmt.Sprintf("%s for r and %s for s", r.name, s.name)
			rows = append(rows, bad("signature", value, "of no key", func(f *Forgery) error {
				curve := f.Key.Public().(*ecdsa.PublicKey).Params()
				return editHalves(func(h *halves) { h.r, h.s = r.of(h.n, curve.P), s.of(h.n, curve.P) })(f)
			}, "signature"))
		}
	}
	return needing(Needs{Algorithms: curves}, rows...)
}
