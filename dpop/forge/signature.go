package forge

import (
	"crypto"
	"crypto/ecdsa"
	"encoding/asn1"
	"errors"
	"math/big"
	"slices"

	"github.com/dpopspec/dpopspec/dpop"
)

// Algorithms by what their keys and signatures look like.
var (
	curves   = []string{"ES256", "ES384", "ES512"}
	edwards  = []string{"EdDSA", "Ed25519"}
	rsaPKCS1 = []string{"RS256", "RS384", "RS512"}
	rsaPSS   = []string{"PS256", "PS384", "PS512"}
	rsaKinds = append(append([]string{}, rsaPKCS1...), rsaPSS...)
	spacious = []string{"ES512"} // its half has bits to spare
)

// signatureDefects are about the signature itself (RFC 9449 §4.3, check 6).
func signatureDefects() []Defect {
	signed := func(edit func(f *Forgery, s *Segments)) func(*Forgery) error {
		return func(f *Forgery) error {
			f.Join = func(s Segments) string { edit(f, &s); return s.Compact() }
			return nil
		}
	}
	rows := []Defect{
		bad("signature", "empty", "the third segment is empty under a real alg", octetsOf(func([]byte) []byte { return nil }), "form", "signature"),
		bad("signature", "tampered in its first byte", "one bit of the first octet is flipped", octetsOf(func(s []byte) []byte { s[0] ^= 1; return s }), "signature"),
		bad("signature", "tampered in its middle", "one bit is flipped halfway", octetsOf(func(s []byte) []byte { s[len(s)/2] ^= 1; return s }), "signature"),
		bad("signature", "one octet short", "the last octet is left out", octetsOf(func(s []byte) []byte { return s[:len(s)-1] }), "signature"),
		bad("signature", "one octet long", "a zero octet stands behind it", octetsOf(func(s []byte) []byte { return append(s, 0) }), "signature"),
		bad("signature", "led by a zero octet", "a zero octet stands before it", octetsOf(func(s []byte) []byte { return append([]byte{0}, s...) }), "signature"),
		bad("signature", "followed by a tail", "sixteen octets stand behind it", octetsOf(func(s []byte) []byte { return append(s, make([]byte, 16)...) }), "signature"),
		bad("signature", "all zero", "nothing but zero octets", octetsOf(func(s []byte) []byte { return make([]byte, len(s)) }), "signature"),
		bad("signature", "in other letter case in one character", "base64url is case-sensitive", signed(func(_ *Forgery, s *Segments) {
			s.Signature = flipCase(s.Signature)
		}), "signature"),
		bad("signature", "over other claims", "one claim was changed after signing", signed(func(f *Forgery, s *Segments) {
			f.Draft.Claims.Set("jti", dpop.NewID())
			s.Payload = f.Encode(f.Write(f.Draft.Claims))
		}), "signature"),
		bad("signature", "over another header", "one header parameter was added after signing", signed(func(f *Forgery, s *Segments) {
			f.Draft.Header.Add("x-late", true)
			s.Header = f.Encode(f.Write(f.Draft.Header))
		}), "signature"),
		bad("signature", "of another proof", "the signature of another, sound proof of the same key", anotherSignature, "signature"),
		bad("signature", "over the objects without encoding", "the signing input is the JSON text, not its segments", func(f *Forgery) error {
			f.Sign = func([]byte) ([]byte, error) {
				return f.Key.Sign([]byte(string(f.Write(f.Draft.Header)) + "." + string(f.Write(f.Draft.Claims))))
			}
			return nil
		}, "signature"),
	}
	made := bad("signature", "made by another key", "jwk is the scenario's key, another party signed", func(f *Forgery) error {
		other, err := f.Other.WithAlgorithm(f.Key.Algorithm)
		if err != nil {
			return lacking("it needs another party with a key for " + f.Key.Algorithm)
		}
		f.Sign = other.Sign
		return nil
	}, "signature")
	rows = append(rows, needing(Needs{Other: true}, made)...)
	return append(rows, ecdsaDefects()...)
}

// octetsOf changes the octets of the signature.
func octetsOf(edit func([]byte) []byte) func(*Forgery) error {
	return func(f *Forgery) error {
		sign := f.Sign
		f.Sign = func(input []byte) ([]byte, error) {
			signature, err := sign(input)
			if err != nil {
				return nil, err
			}
			return edit(signature), nil
		}
		return nil
	}
}

// anotherSignature takes the signature of a second proof.
func anotherSignature(f *Forgery) error {
	proof, err := f.honest()
	if err != nil {
		return err
	}
	_, _, signature, err := dpop.SplitCompact(proof, dpop.DecodeSegment)
	if err != nil {
		return err
	}
	f.Sign = func([]byte) ([]byte, error) { return signature, nil }
	return nil
}

// flipCase changes the letter case of the first letter.
func flipCase(text string) string {
	flipped := []byte(text)
	for i, c := range flipped {
		if c|0x20 >= 'a' && c|0x20 <= 'z' {
			flipped[i] ^= 0x20
			break
		}
	}
	return string(flipped)
}

// halves is an ECDSA signature as numbers, with the order of the curve.
type halves struct {
	r, s, n *big.Int
	octets  int
}

// ecdsaDefects are about the form R || S of RFC 7518 §3.4 and about its range
// (SEC 1 §4.1.4).
func ecdsaDefects() []Defect {
	zero := new(big.Int)
	rows := []Defect{
		bad("signature", "DER", "the ASN.1 form of X.509 in place of R || S", onHalves(func(h halves) ([]byte, error) {
			return asn1.Marshal(struct{ R, S *big.Int }{h.r, h.s})
		}), "signature"),
		bad("signature", "with halves swapped", "S before R", editHalves(func(h *halves) { h.r, h.s = h.s, h.r }), "signature"),
		bad("signature", "with r zero", "r lies outside 1 to n-1", editHalves(func(h *halves) { h.r = zero }), "signature"),
		bad("signature", "with s zero", "s lies outside 1 to n-1", editHalves(func(h *halves) { h.s = zero }), "signature"),
		bad("signature", "with r equal to the order", "r lies outside 1 to n-1", editHalves(func(h *halves) { h.r = h.n }), "signature"),
		bad("signature", "with s equal to the order", "s lies outside 1 to n-1", editHalves(func(h *halves) { h.s = h.n }), "signature"),
		bad("signature", "with both equal to the order", "r and s lie outside 1 to n-1", editHalves(func(h *halves) { h.r, h.s = h.n, h.n }), "signature"),
		bad("signature", "with r beyond the order", "r is the largest number that fits", editHalves(func(h *halves) { h.r = largest(h.octets) }), "signature"),
		bad("signature", "with s beyond the order", "s is the largest number that fits", editHalves(func(h *halves) { h.s = largest(h.octets) }), "signature"),
		fine("signature", "malleated", "n - s in place of s: sound, and another text of the same proof", editHalves(func(h *halves) { h.s = new(big.Int).Sub(h.n, h.s) })),
		fine("signature", "with a natural leading zero in r", "full length all the same (RFC 7518 §3.4)", shortR),
		fine("signature", "with a natural leading zero in s", "full length all the same (RFC 7518 §3.4)", shortS),
		bad("signature", "stripped of its leading zeros", "r and s without padding (RFC 7518 §3.4)", stripped, "signature"),
	}
	spare := []Defect{
		bad("signature", "with r raised by the order", "the same residue, outside 1 to n-1", editHalves(func(h *halves) { h.r = new(big.Int).Add(h.r, h.n) }), "signature"),
	}
	raised := bad("signature", "with s raised by the order", "the same residue, out of range", func(f *Forgery) error {
		if f.Key.Algorithm == "ES512" {
			return editHalves(func(h *halves) { h.s = new(big.Int).Add(h.s, h.n) })(f)
		}
		return octetsOf(raiseEdwards)(f)
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

func split(public *ecdsa.PublicKey, signature []byte) halves {
	half := len(signature) / 2
	return halves{
		r: new(big.Int).SetBytes(signature[:half]), s: new(big.Int).SetBytes(signature[half:]),
		n: public.Params().N, octets: half,
	}
}

func editHalves(edit func(*halves)) func(*Forgery) error {
	return onHalves(func(h halves) ([]byte, error) { edit(&h); return h.bytes(), nil })
}

func (h halves) bytes() []byte {
	both := make([]byte, 2*h.octets)
	h.r.FillBytes(both[:h.octets])
	h.s.FillBytes(both[h.octets:])
	return both
}

// largest is the largest number of so many octets.
func largest(octets int) *big.Int {
	n := new(big.Int).Lsh(big.NewInt(1), uint(8*octets))
	return n.Sub(n, big.NewInt(1))
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

// raiseEdwards adds the order of the base point to S, which stands in the
// second half, its lowest octet first (RFC 8032 §5.1.7).
func raiseEdwards(signature []byte) []byte {
	order, _ := new(big.Int).SetString("7237005577332262213973186563042994240857116359379907606001950938285454250989", 10)
	s := slices.Clone(signature[32:])
	slices.Reverse(s)
	s = new(big.Int).Add(order, new(big.Int).SetBytes(s)).FillBytes(make([]byte, 32))
	slices.Reverse(s)
	return append(signature[:32:32], s...)
}

// stripped leaves out the zeros before a short r.
func stripped(f *Forgery) error {
	if err := shortR(f); err != nil {
		return err
	}
	return octetsOf(func(s []byte) []byte { return s[1:] })(f)
}
