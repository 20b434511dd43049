package forge

import (
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
)

// formDefects are about the form of a JWS in compact serialisation (RFC 7515
// §7.1; RFC 9449 §4.3, check 2).
func formDefects() []Defect {
	join := func(text func(s Segments) string) func(*Forgery) error {
		return func(f *Forgery) error { f.Join = text; return nil }
	}
	text := func(proof string) func(*Forgery) error { return join(func(Segments) string { return proof }) }
	rows := []Defect{
		bad("form", "random text", "no JWT at all", text("this-is-not-a-proof"), "form"),
		bad("form", "one segment", "the header alone", join(func(s Segments) string { return s.Header }), "form"),
		bad("form", "two segments", "header and payload without signature", join(Segments.Input), "form"),
		bad("form", "four segments", "one more segment behind the signature",
			join(func(s Segments) string { return s.Compact() + "." + s.Payload }), "form"),
		bad("form", "led by a dot", "an empty segment before the header",
			join(func(s Segments) string { return "." + s.Compact() }), "form"),
		bad("form", "followed by a dot", "an empty segment behind the signature",
			join(func(s Segments) string { return s.Compact() + "." }), "form"),
		bad("form", "two dots alone", "three empty segments", text(".."), "form"),
		bad("form", "without header", "the first segment is empty",
			join(func(s Segments) string { return "." + s.Payload + "." + s.Signature }), "form"),
		bad("form", "detached", "the payload is signed but left out (RFC 7515 app. F)",
			join(func(s Segments) string { return s.Header + ".." + s.Signature }), "form"),
		bad("form", "a JWE", "five segments, as of an encrypted JWT", encrypted, "form"),
		bad("form", "flattened JSON", "the JWS JSON serialisation (RFC 7515 §7.2.2)", join(Segments.flattened), "form"),
		bad("form", "general JSON", "the JWS JSON serialisation (RFC 7515 §7.2.1)",
			join(func(s Segments) string { return s.general(s.signatureObject()) }), "form"),
		bad("form", "general JSON with two signatures", "the JWS JSON serialisation (RFC 7515 §7.2.1)",
			join(func(s Segments) string { return s.general(s.signatureObject(), s.signatureObject()) }), "form"),
		bad("form", "JSON with an unprotected jwk", "the key stands outside the signed header", unprotectedKey, "form"),
		bad("form", "a nested JWT", "the payload is another, sound proof (RFC 7519 §5.2)", nested, "objects"),
		bad("form", "in the standard alphabet", "base64 with + and / in place of - and _", standardAlphabet, "form"),
		bad("form", "ten thousand dots", "only dots", text(strings.Repeat(".", 10000)), "form", "size"),
		bad("form", "the proof and ten thousand dots", "dots behind the signature",
			join(func(s Segments) string { return s.Compact() + strings.Repeat(".", 10000) }), "form", "size"),
	}
	rows = append(rows, paddings()...)
	return append(rows, sizes()...)
}

// paddings write one segment otherwise than RFC 7515 §2 wants.
func paddings() []Defect {
	segments := []struct {
		name string
		of   func(*Segments) *string
	}{
		{"header", func(s *Segments) *string { return &s.Header }},
		{"payload", func(s *Segments) *string { return &s.Payload }},
		{"signature", func(s *Segments) *string { return &s.Signature }},
	}
	var rows []Defect
	for _, segment := range segments {
		rows = append(rows,
			bad("form", "padded in the "+segment.name, "equals signs behind the segment",
				respell(segment.of, padded), "form"),
			bad("form", "with trailing bits in the "+segment.name, "the unused bits of the last character are not zero",
				respell(segment.of, trailing), "form", "signature"),
		)
	}
	return rows
}

// respell writes one segment in another way and signs what is written. Header
// and payload are made to end on unused bits by white space behind the object.
func respell(of func(*Segments) *string, spell func(string) string) func(*Forgery) error {
	return func(f *Forgery) error {
		f.Header = unaligned(f.Write(f.Draft.Header))
		f.Payload = unaligned(f.Write(f.Draft.Claims))
		s := Segments{Header: f.Encode(f.Header), Payload: f.Encode(f.Payload)}
		if segment := of(&s); *segment != "" {
			*segment = spell(*segment)
		}
		signature, err := f.Sign([]byte(s.Input()))
		if err != nil {
			return err
		}
		s.Signature = f.Encode(signature)
		if of(&s) == &s.Signature {
			if len(signature)%3 == 0 {
				return lacking("a signature of " + f.Key.Algorithm + " fills its last character")
			}
			s.Signature = spell(s.Signature)
		}
		f.Join = func(Segments) string { return s.Compact() }
		return nil
	}
}

// unaligned appends spaces until base64url leaves unused bits.
func unaligned(object []byte) []byte {
	for len(object)%3 == 0 {
		object = append(object, ' ')
	}
	return object
}

// standardAlphabet drafts until the payload needs one of the two characters in
// which the alphabets differ, and signs it in the standard one.
func standardAlphabet(f *Forgery) error {
	f.Encode = base64.RawStdEncoding.EncodeToString
	for !strings.ContainsAny(f.Encode(f.Write(f.Draft.Claims)), "+/") {
		// Three question marks or tildes in a row hold both characters.
		f.Draft.Claims.Add("x-"+dpop.NewID(), "???~~~???")
	}
	return nil
}

// encrypted makes something of the form of a JWE in compact serialisation
// (RFC 7516 §7.1): its header asks for direct encryption, the rest is random.
func encrypted(f *Forgery) error {
	f.Draft.Header.Set("alg", "dir")
	f.Draft.Header.Set("enc", "A128GCM")
	header := f.Encode(f.Write(f.Draft.Header))
	f.Join = func(s Segments) string { return header + ".." + dpop.NewID() + "." + s.Payload + "." + dpop.NewID() }
	return nil
}

func (s Segments) signatureObject() dpop.Object {
	var o dpop.Object
	o.Add("protected", s.Header)
	o.Add("signature", s.Signature)
	return o
}

func (s Segments) flattened() string {
	o := s.signatureObject()
	o.Prepend("payload", s.Payload)
	return string(o.JSON())
}

func (s Segments) general(signatures ...dpop.Object) string {
	var o dpop.Object
	o.Add("payload", s.Payload)
	o.Add("signatures", signatures)
	return string(o.JSON())
}

// unprotectedKey moves jwk out of the protected header (RFC 7515 §7.2.2).
func unprotectedKey(f *Forgery) error {
	jwk, _ := f.Draft.Header.Get("jwk")
	f.Draft.Header.Delete("jwk")
	f.Join = func(s Segments) string {
		o := s.signatureObject()
		o.Prepend("header", map[string]json.RawMessage{"jwk": jwk})
		o.Prepend("payload", s.Payload)
		return string(o.JSON())
	}
	return nil
}

func nested(f *Forgery) error {
	inner, err := f.honest()
	if err != nil {
		return err
	}
	f.Draft.Header.Set("cty", "JWT")
	f.Payload = []byte(inner)
	return nil
}

// sizes are proofs that are sound but for their length.
func sizes() []Defect {
	long := func(octets int) func(*Forgery) error {
		return func(f *Forgery) error {
			// Base64url turns three octets into four.
			f.Draft.Claims.Add("x-padding", strings.Repeat("a", octets*3/4))
			return nil
		}
	}
	return []Defect{
		moot("size", "8 KiB", "a server may bound the length of a proof", long(8<<10), "size"),
		bad("size", "64 KiB", "no proof needs so much", long(64<<10), "size"),
		bad("size", "1 MiB", "no proof needs so much", long(1<<20), "size"),
	}
}
