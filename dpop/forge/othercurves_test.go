package forge

import (
	"encoding/hex"
	"math/big"
	"testing"
)

// The first example of RFC 8032 §7.4.
func TestEd448SignsAsInTheRFC(t *testing.T) {
	secret, _ := hex.DecodeString("6c82a562cb808d10d632be89c8513ebf6c929f34ddfa8c9f63c9960ef6e348a3" +
		"528c8a3fcc2f044e39a3fc5b94492f8f032e7549a20098f95b")
	public, signature := sign448(secret, nil)
	const key = "5fd7449b59b461fd2ce787ec616ad46a1da1342485a70e1f8a0ea75d80e96778edf124769b46c7061bd6783df1e50f6c" +
		"d1fa1abeafe8256180"
	const signed = "533a37f6bbe457251f023c0d88f976ae2dfb504a843e34d2074fd823d41a591f2b233f034f628281f2fd7a22ddd47d78" +
		"28c59bd0a21bfd3980ff0d2028d4b18a9df63e006c5d1c2d345b925d8dc00b4104852db99ac5c7cdda8530a113a0f4dbb611" +
		"49f05a7363268c71d95808ff2e652600"
	if got := hex.EncodeToString(public); got != key {
		t.Errorf("the key is %s", got)
	}
	if got := hex.EncodeToString(signature); got != signed {
		t.Errorf("the signature is %s", got)
	}
}

// A signature holds by the formulas of SEC 1 §4.1.4.
func TestOtherCurvesSign(t *testing.T) {
	for name, curve := range map[string]weierstrass{"P-192": p192, "secp256k1": secp256k1} {
		if end := curve.times(curve.n); end != nil {
			t.Errorf("%s: the order of the base point is another", name)
		}
		sum := []byte("a digest of thirty-two octets ..")
		signature, err := curve.sign(known, sum)
		if err != nil {
			t.Fatal(err)
		}
		half := len(signature) / 2
		r, s := new(big.Int).SetBytes(signature[:half]), new(big.Int).SetBytes(signature[half:])
		e := new(big.Int).SetBytes(sum)
		if more := 8*len(sum) - curve.n.BitLen(); more > 0 {
			e.Rsh(e, uint(more))
		}
		w := new(big.Int).ModInverse(s, curve.n)
		// u1 G + u2 Q with Q = known G.
		u := new(big.Int).Mul(r, known)
		u.Add(u, e).Mul(u, w).Mod(u, curve.n)
		if got := new(big.Int).Mod(curve.times(u).x, curve.n); got.Cmp(r) != 0 {
			t.Errorf("%s: the signature does not hold", name)
		}
	}
}
