package forge

import (
	"encoding/json"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
)

// extensionDefects are about crit and b64 (RFC 7515 §4.1.11, RFC 7797 §7).
func extensionDefects() []Defect {
	crit := func(value, says, names string) Defect {
		return bad("crit", value, says, setHeader("crit", json.RawMessage(names)), "crit")
	}
	// extending carries the parameter that it names, too.
	extending := func(value, says, names, parameter string, number int64) Defect {
		return bad("crit", value, says, editHeader(func(o *dpop.Object) {
			o.Add("crit", json.RawMessage(names))
			o.Add(parameter, number)
		}), "crit")
	}
	rows := []Defect{
		extending("naming an unknown extension", "nobody understands foo", `["foo"]`, "foo", 1),
		extending("naming exp", "exp is no extension that proofs have", `["exp"]`, "exp", 4102444800),
		crit("naming an absent parameter", "what it names must be there", `["foo"]`),
		crit("naming a standard parameter", "alg is no extension", `["alg"]`),
		crit("naming jwk", "jwk is no extension", `["jwk"]`),
		crit("an empty array", "it must not be empty", `[]`),
		crit("a string", "it is an array", `"b64"`),
		crit("an object", "it is an array", `{}`),
		crit("null", "it is an array", `null`),
		crit("an array of numbers", "it holds names", `[1]`),
		extending("naming one extension twice", "names occur once", `["foo","foo"]`, "foo", 1),
	}
	b64 := func(literal string, critical bool) func(*dpop.Object) {
		return func(o *dpop.Object) {
			o.Add("b64", json.RawMessage(literal))
			if critical {
				o.Add("crit", []string{"b64"})
			}
		}
	}
	return append(rows,
		bad("b64", "false over an encoded payload", "must not be used in a JWT",
			editHeader(b64("false", true)), "crit"),
		bad("b64", "false over an unencoded payload", "must not be used in a JWT", unencoded(true), "crit", "form"),
		bad("b64", "false without crit", "must not be used in a JWT", editHeader(b64("false", false)), "crit"),
		bad("b64", "false without crit over an unencoded payload", "must not be used in a JWT",
			unencoded(false), "crit", "form"),
		bad("b64", "a string", "b64 is a boolean", editHeader(b64(`"false"`, true)), "crit"),
		moot("b64", "true", "must not be used in a JWT, yet changes nothing", editHeader(b64("true", true)), "crit"),
	)
}

// unencoded makes a JWS by RFC 7797 §5.2: the payload stands in it as it is,
// its dots escaped so that three segments remain.
func unencoded(critical bool) func(*Forgery) error {
	return func(f *Forgery) error {
		f.Draft.Header.Add("b64", false)
		if critical {
			f.Draft.Header.Add("crit", []string{"b64"})
		}
		payload := strings.ReplaceAll(string(f.Write(f.Draft.Claims)), ".", `\u002e`)
		s := Segments{Header: f.Encode(f.Write(f.Draft.Header)), Payload: payload}
		signature, err := f.Sign([]byte(s.Input()))
		if err != nil {
			return err
		}
		s.Signature = f.Encode(signature)
		f.Join = func(Segments) string { return s.Compact() }
		return nil
	}
}
