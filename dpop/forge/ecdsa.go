package forge

import (
	"crypto"
	"crypto/ecdsa"
	"encoding/asn1"
	"errors"
	"math/big"
	"slices"
)

// ecdsaDefects are about the form R || S of RFC 7518 §3.4 and about its range
// (SEC 1 §4.1.4).
func ecdsaDefects() []Defect {
	zero := new(big.Int)
	rows := []Defect{
		bad("signature", "DER", "the ASN.1 form of X.509 in place of R || S", onHalves(func(h halves) ([]byte, error) {
			return asn1.Marshal(struct{ R, S *big.Int }{h.r, h.s})
		}), "signature"),
		bad("signature", "with each half led by a zero octet", "the integers of ASN.1 without their lengths",
			onHalves(func(h halves) ([]byte, error) {
				h.octets++
				return h.bytes(), nil
			}), "signature"),
		bad("signature", "with both halves one", "in range, and nobody's", editHalves(func(h *halves) {
			h.r, h.s = big.NewInt(1), big.NewInt(1)
		}), "signature"),
		bad("signature", "with halves swapped", "S before R",
			editHalves(func(h *halves) { h.r, h.s = h.s, h.r }), "signature"),
		bad("signature", "with r zero", "r lies outside 1 to n-1",
			editHalves(func(h *halves) { h.r = zero }), "signature"),
		bad("signature", "with s zero", "s lies outside 1 to n-1",
			editHalves(func(h *halves) { h.s = zero }), "signature"),
		bad("signature", "with r equal to the order", "r lies outside 1 to n-1",
			editHalves(func(h *halves) { h.r = h.n }), "signature"),
		bad("signature", "with s equal to the order", "s lies outside 1 to n-1",
			editHalves(func(h *halves) { h.s = h.n }), "signature"),
		bad("signature", "with both equal to the order", "r and s lie outside 1 to n-1",
			editHalves(func(h *halves) { h.r, h.s = h.n, h.n }), "signature"),
		bad("signature", "with r beyond the order", "r is the largest number that fits",
			editHalves(func(h *halves) { h.r = largest(h.octets) }), "signature"),
		bad("signature", "with s beyond the order", "s is the largest number that fits",
			editHalves(func(h *halves) { h.s = largest(h.octets) }), "signature"),
		fine("signature", "malleated", "n - s in place of s: sound, and another text of the same proof",
			editHalves(func(h *halves) { h.s = new(big.Int).Sub(h.n, h.s) })),
		fine("signature", "with a natural leading zero in r", "full length all the same (RFC 7518 §3.4)", shortR),
		fine("signature", "with a natural leading zero in s", "full length all the same (RFC 7518 §3.4)", shortS),
		bad("signature", "stripped of its leading zeros", "r and s without padding (RFC 7518 §3.4)",
			stripped, "signature"),
	}
	spare := []Defect{
		bad("signature", "with r raised by the order", "the same residue, outside 1 to n-1",
			editHalves(func(h *halves) { h.r = new(big.Int).Add(h.r, h.n) }), "signature"),
	}
	raised := bad("signature", "with s raised by the order", "the same residue, out of range", func(f *Forgery) error {
		if f.Key.Algorithm == "ES512" {
			return editHalves(func(h *halves) { h.s = new(big.Int).Add(h.s, h.n) })(f)
		}
		return octetsOf(raisedEdwards(1))(f)
	}, "signature")
	rows = append(needing(Needs{Algorithms: curves}, rows...), needing(Needs{Algorithms: spacious}, spare...)...)
	return append(rows, needing(Needs{Algorithms: append(slices.Clone(spacious), edwards...)}, raised)...)
}

// onHalves rewrites the ECDSA signature.
func onHalves(write func(halves) ([]byte, error)) func(*Forgery) error {
	return func(f *Forgery) error {
		public, sign := f.Key.Public().(*ecdsa.PublicKey), f.Sign
		f.Sign = func(input []byte) ([]byte, error) {
			signature, err := sign(input)
			if err != nil {
				return nil, err
			}
			return write(split(public, signature))
		}
		return nil
	}
}

func editHalves(edit func(*halves)) func(*Forgery) error {
	return onHalves(func(h halves) ([]byte, error) { edit(&h); return h.bytes(), nil })
}

// rawKey returns the key of the proof for signing by hand.
func (f *Forgery) rawKey() (rawECDSA, crypto.Hash, error) {
	private, ok := f.Key.Private().(*ecdsa.PrivateKey)
	if !ok {
		return rawECDSA{}, 0, errors.New("the key is none of this process")
	}
	key, err := newRawECDSA(private)
	return key, hashOf(f.Key.Algorithm), err
}

// shortR signs with an r that begins with a zero octet: one number in 256 has one.
func shortR(f *Forgery) error {
	key, hash, err := f.rawKey()
	if err != nil {
		return err
	}
	f.Sign = func(input []byte) ([]byte, error) {
		d, err := key.draw(key.short)
		if err != nil {
			return nil, err
		}
		return key.sign(digest(hash, input), d).bytes(), nil
	}
	return nil
}

// shortS drafts until s begins with a zero octet. All drafts share one number,
// since one of them is sent.
func shortS(f *Forgery) error {
	key, hash, err := f.rawKey()
	if err != nil {
		return err
	}
	d, err := key.draw(func(*big.Int) bool { return true })
	if err != nil {
		return err
	}
	f.Sign = func(input []byte) ([]byte, error) {
		h := key.sign(digest(hash, input), d)
		if !key.short(h.s) {
			return nil, errRedraft
		}
		return h.bytes(), nil
	}
	return f.redraft()
}

// stripped leaves out the zeros before a short r.
func stripped(f *Forgery) error {
	if err := shortR(f); err != nil {
		return err
	}
	return octetsOf(func(s []byte) []byte { return s[1:] })(f)
}
