package forge

import "github.com/dpopspec/dpopspec/dpop"

// signatureDefects are about the signature itself (RFC 9449 §4.3, check 6).
func signatureDefects() []Defect {
	signed := func(edit func(f *Forgery, s *Segments)) func(*Forgery) error {
		return func(f *Forgery) error {
			f.Join = func(s Segments) string { edit(f, &s); return s.Compact() }
			return nil
		}
	}
	rows := []Defect{
		bad("signature", "empty", "the third segment is empty under a real alg",
			octetsOf(func([]byte) []byte { return nil }), "form", "signature"),
		bad("signature", "tampered in its first byte", "one bit of the first octet is flipped",
			octetsOf(func(s []byte) []byte { s[0] ^= 1; return s }), "signature"),
		bad("signature", "tampered in its middle", "one bit is flipped halfway",
			octetsOf(func(s []byte) []byte { s[len(s)/2] ^= 1; return s }), "signature"),
		bad("signature", "one octet short", "the last octet is left out",
			octetsOf(func(s []byte) []byte { return s[:len(s)-1] }), "signature"),
		bad("signature", "one octet long", "a zero octet stands behind it",
			octetsOf(func(s []byte) []byte { return append(s, 0) }), "signature"),
		bad("signature", "led by a zero octet", "a zero octet stands before it",
			octetsOf(func(s []byte) []byte { return append([]byte{0}, s...) }), "signature"),
		bad("signature", "followed by a tail", "sixteen octets stand behind it",
			octetsOf(func(s []byte) []byte { return append(s, make([]byte, 16)...) }), "signature"),
		bad("signature", "all zero", "nothing but zero octets",
			octetsOf(func(s []byte) []byte { return make([]byte, len(s)) }), "signature"),
		bad("signature", "in other letter case in one character", "base64url is case-sensitive",
			signed(func(_ *Forgery, s *Segments) { s.Signature = flipCase(s.Signature) }), "signature"),
		bad("signature", "over other claims", "one claim was changed after signing",
			signed(func(f *Forgery, s *Segments) {
				f.Draft.Claims.Set("jti", dpop.NewID())
				s.Payload = f.Encode(f.Write(f.Draft.Claims))
			}), "signature"),
		bad("signature", "over another header", "one header parameter was added after signing",
			signed(func(f *Forgery, s *Segments) {
				f.Draft.Header.Add("x-late", true)
				s.Header = f.Encode(f.Write(f.Draft.Header))
			}), "signature"),
		bad("signature", "of another proof", "the signature of another, sound proof of the same key",
			anotherSignature, "signature"),
		bad("signature", "over the objects without encoding", "the signing input is the JSON text, not its segments",
			func(f *Forgery) error {
				f.Sign = func([]byte) ([]byte, error) {
					return f.Key.Sign([]byte(string(f.Write(f.Draft.Header)) + "." + string(f.Write(f.Draft.Claims))))
				}
				return nil
			}, "signature"),
	}
	made := bad("signature", "made by another key", "jwk is the scenario's key, another party signed",
		func(f *Forgery) error {
			other, err := f.Other.WithAlgorithm(f.Key.Algorithm)
			if err != nil {
				return lacking("it needs another party with a key for " + f.Key.Algorithm)
			}
			f.Sign = other.Sign
			return nil
		}, "signature")
	return append(rows, needing(Needs{Other: true}, made)...)
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
