package mutants

import (
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
)

// lenient reads base64url as careless decoders do: padding, both alphabets,
// line breaks, and whatever the last bits are.
func lenient(text string) ([]byte, error) {
	text = strings.NewReplacer("+", "-", "/", "_", "=", "", "\n", "", "\r", "").Replace(text)
	return base64.RawURLEncoding.DecodeString(text)
}

// compact gives a proof in JSON serialisation the compact form.
func compact(text string) string {
	type signature struct{ Protected, Signature string }
	var flattened struct {
		Payload, Protected, Signature string
		Signatures                    []signature
	}
	if json.Unmarshal([]byte(text), &flattened) != nil {
		return text
	}
	if len(flattened.Signatures) > 0 {
		flattened.Protected, flattened.Signature = flattened.Signatures[0].Protected, flattened.Signatures[0].Signature
	}
	return flattened.Protected + "." + flattened.Payload + "." + flattened.Signature
}

// unsigned takes a proof without signature for a sound one.
func unsigned(v *dpop.Verifier) {
	var form, signature = v.Check("form"), v.Check("signature")
	v.Replace("form", func(p *dpop.Verification) error {
		text := p.Proof.Text
		if strings.Count(text, ".") == 1 {
			text += "."
		}
		if !strings.HasSuffix(text, ".") || strings.Count(text, ".") != 2 {
			return form(p)
		}
		p.Proof.Text = text + "AA" // a signature for the parser alone
		err := form(p)
		p.Proof.Signature = nil
		return err
	})
	v.Replace("signature", func(p *dpop.Verification) error {
		if p.Proof.Signature == nil {
			return nil
		}
		return signature(p)
	})
}

// fragile verifiers panic where others refuse.
func fragile(names ...string) func(*dpop.Verifier) {
	return func(v *dpop.Verifier) {
		for _, name := range names {
			honest := v.Check(name)
			v.Replace(name, func(p *dpop.Verification) error {
				if err := honest(p); err != nil {
					panic(err)
				}
				return nil
			})
		}
	}
}

// formBugs are bugs in taking a proof apart.
var formBugs = []bug{
	{"PV-008", "accepts the form without signature", []string{"RFC9449-4.3-05", "RFC9449-4.3-34"}, nil, gate{verifier: unsigned}},
	{"PV-009", "accepts the JSON serialisation", []string{"RFC9449-4.3-07"}, nil, each(compact)},
	{"PV-011", "reads base64 leniently", []string{"RFC9449-4.3-08", "RFC7515-2-01"}, nil,
		gate{verifier: func(v *dpop.Verifier) {
			v.Replace("form", dpop.Form(lenient))
			signature := v.Check("signature")
			v.Replace("signature", func(p *dpop.Verification) error {
				// The segments are signed as they came; the signature has many texts.
				at := strings.LastIndexByte(p.Proof.Text, '.')
				text := p.Proof.Text
				p.Proof.Text = text[:at+1] + dpop.EncodeSegment(p.Proof.Signature)
				err := signature(p)
				if err != nil {
					err = overText(p, text[:at])
				}
				p.Proof.Text = text
				return err
			})
		}}},
	{"PV-012", "crashes on malformed JSON, wrong types and deep nesting", []string{"RFC9449-4.3-09", "RFC9449-4.3-16", "RFC9449-4.3-35"}, nil,
		gate{verifier: fragile("objects", "jwk", "iat")}},
	{"PV-013", "takes proofs of any size", []string{"RFC9449-4.3-10"}, nil,
		gate{verifier: func(v *dpop.Verifier) { v.Remove("size") }}},
}
