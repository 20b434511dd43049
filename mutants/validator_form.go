package mutants

import (
	"encoding/json"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
)

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
		first := flattened.Signatures[0]
		flattened.Protected, flattened.Signature = first.Protected, first.Signature
	}
	return flattened.Protected + "." + flattened.Payload + "." + flattened.Signature
}

// unsigned takes a proof without signature for a sound one.
func unsigned(v *dpop.Verifier) {
	wrapping("form", func(p *dpop.Verification, honest check) error {
		text := p.Proof.Text
		if strings.Count(text, ".") == 1 {
			text += "."
		}
		if !strings.HasSuffix(text, ".") || strings.Count(text, ".") != 2 {
			return honest(p)
		}
		p.Proof.Text = text + "AA" // a signature for the parser alone
		err := honest(p)
		p.Proof.Signature = nil
		return err
	})(v)
	skipping("signature", func(p *dpop.Verification) bool { return p.Proof.Signature == nil })(v)
}

// fragile verifiers panic where others refuse.
func fragile(names ...string) inVerifier {
	return func(v *dpop.Verifier) {
		for _, name := range names {
			wrapping(name, func(p *dpop.Verification, honest check) error {
				if err := honest(p); err != nil {
					panic(err)
				}
				return nil
			})(v)
		}
	}
}

// formBugs are bugs in taking a proof apart.
var formBugs = []row{
	{id: "PV-008", does: "accepts the form without signature", breaks: ids{"RFC9449-4.3-05", "RFC9449-4.3-34"},
		change: inVerifier(unsigned)},
	{id: "PV-009", does: "accepts the JSON serialisation", breaks: ids{"RFC9449-4.3-07"}, change: each(compact)},
	{id: "PV-011", does: "reads base64 leniently", breaks: ids{"RFC9449-4.3-08", "RFC7515-2-01"},
		change: inVerifier(func(v *dpop.Verifier) {
			v.Replace("form", dpop.Form(lenient))
			wrapping("signature", func(p *dpop.Verification, honest check) error {
				// The segments are signed as they came; the signature has many texts.
				at := strings.LastIndexByte(p.Proof.Text, '.')
				text := p.Proof.Text
				p.Proof.Text = text[:at+1] + dpop.EncodeSegment(p.Proof.Signature)
				err := honest(p)
				if err != nil {
					err = overText(p, text[:at])
				}
				p.Proof.Text = text
				return err
			})(v)
		})},
	{id: "PV-012", does: "crashes on malformed JSON, wrong types and deep nesting",
		breaks: ids{"RFC9449-4.3-09", "RFC9449-4.3-16", "RFC9449-4.3-35"}, change: fragile("objects", "jwk", "iat")},
	{id: "PV-013", does: "takes proofs of any size", breaks: ids{"RFC9449-4.3-10"}, change: removing("size")},
}
