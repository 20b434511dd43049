package forge

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
)

// jwkMembers are the required members, with the algorithms whose keys have
// them (RFC 7518 §6.2.1, §6.3.1; RFC 8037 §2).
var jwkMembers = []struct {
	name       string
	algorithms []string
}{
	{"kty", nil},
	{"crv", onCurves}, {"x", onCurves}, {"y", curves},
	{"n", rsaKinds}, {"e", rsaKinds},
}

// jwkDefects are about jwk as a JSON object (RFC 9449 §4.3, check 6; RFC 7517
// §4).
func jwkDefects() []Defect {
	rows := memberDefects("jwk")
	is := func(value, says string, jwk func(f *Forgery) any, refused ...string) Defect {
		return bad("jwk", value, says,
			func(f *Forgery) error { f.Draft.Header.Set("jwk", jwk(f)); return nil }, refused...)
	}
	rows = append(rows,
		is("a string of JSON", "an object, not its text",
			func(f *Forgery) any { return string(f.Key.JWK().JSON()) }, "jwk"),
		is("a PEM", "an object, not another form of the key",
			func(f *Forgery) any { public, _ := f.Key.PublicPEM(); return public }, "jwk"),
		is("a thumbprint", "an object, not a name of the key", func(f *Forgery) any { return f.Key.Thumbprint }, "jwk"),
		is("a JWKS", "one key, not a set",
			func(f *Forgery) any { return map[string]any{"keys": []dpop.Object{f.Key.JWK()}} }, "key"),
		is("a kid alone", "the key itself, not its name",
			func(f *Forgery) any { return map[string]string{"kid": f.Key.Thumbprint} }, "key"),
		is("the key inside another object", "one level too deep",
			func(f *Forgery) any { return map[string]dpop.Object{"jwk": f.Key.JWK()} }, "key"),
	)
	rows = append(rows, memberlessKeys()...)
	rows = append(rows, keyTypes()...)
	rows = append(rows, encodings()...)
	rows = append(rows, needing(Needs{Algorithms: rsaKinds},
		bad("jwk", "with a zero octet before e", "one number, one text (RFC 7518 §6.3.1.2)",
			editJWK(func(o *dpop.Object) { o.Set("e", "AAEAAQ") }), "key"),
	)...)
	return append(rows, oddKeys()...)
}

// memberlessKeys lack a member, or hold something else in its place.
func memberlessKeys() []Defect {
	var rows []Defect
	for _, m := range jwkMembers {
		row := func(value, says string, edit func(*dpop.Object), check string) {
			rows = append(rows,
				needing(Needs{Algorithms: m.algorithms}, bad("jwk", value, says, editJWK(edit), check))...)
		}
		row("without "+m.name, m.name+" is required", func(o *dpop.Object) { o.Delete(m.name) }, "key")
		for _, wrong := range []struct{ name, literal string }{
			{"null", "null"}, {"empty", `""`}, {"a number", "1"}, {"an array", "[]"}, {"an object", "{}"},
		} {
			row("with "+m.name+" "+wrong.name, m.name+" is a string",
				func(o *dpop.Object) { o.Set(m.name, json.RawMessage(wrong.literal)) }, "key")
		}
		row("with "+m.name+" called "+strings.ToUpper(m.name), "names are exact",
			func(o *dpop.Object) { o.Rename(m.name, strings.ToUpper(m.name)) }, "key")
		row("with "+m.name+" twice, last wrong", "names occur once",
			func(o *dpop.Object) { o.Add(m.name, "AA") }, "jwk")
	}
	return rows
}

// keyTypes are kty and crv that do not go with the other members.
func keyTypes() []Defect {
	set := func(value, says, name, text string, algorithms ...string) Defect {
		return needing(Needs{Algorithms: algorithms},
			bad("jwk", value, says, editJWK(func(o *dpop.Object) { o.Set(name, text) }), "key"))[0]
	}
	rows := []Defect{
		set("of kty ec", "kty is case-sensitive (RFC 7517 §4.1)", "kty", "ec", curves...),
		set("of kty rsa", "kty is case-sensitive (RFC 7517 §4.1)", "kty", "rsa", rsaKinds...),
		set("of kty okp", "kty is case-sensitive (RFC 7517 §4.1)", "kty", "okp", edwards...),
		set("of kty RSA with the members of EC", "the members of another type", "kty", "RSA", curves...),
		set("of kty EC with the members of RSA", "the members of another type", "kty", "EC", rsaKinds...),
		set("of kty EC with the members of OKP", "the members of another type", "kty", "EC", edwards...),
		set("of kty OKP with the members of EC", "the members of another type", "kty", "OKP", curves...),
		set("of unknown kty", "nobody knows it", "kty", "FOO"),
		set("of kty AKP", "a type that is not supported", "kty", "AKP"),
		set("with crv in lower case", "crv is case-sensitive", "crv", "p-256", "ES256"),
		set("with crv secp256r1", "the name of RFC 7518 is P-256", "crv", "secp256r1", "ES256"),
		set("with crv secp256k1", "the point lies on another curve", "crv", "secp256k1", "ES256"),
		set("with crv P-224", "the point lies on another curve", "crv", "P-224", "ES256"),
		set("with crv P-384", "the point lies on another curve", "crv", "P-384", "ES256"),
		set("with crv BLS12381G1", "no curve for these signatures", "crv", "BLS12381G1", "ES256"),
		set("with unknown crv", "nobody knows it", "crv", "FOO", onCurves...),
		set("with crv X25519", "a curve for key agreement", "crv", "X25519", edwards...),
		set("with crv Ed448", "the key lies on another curve", "crv", "Ed448", edwards...),
	}
	oct := bad("jwk", "of kty oct", "a secret, while alg is asymmetric", func(f *Forgery) error {
		f.Draft.Header.Set("jwk", octetKey(dpop.NewID()))
		return nil
	}, "private-key", "key")
	return append(rows, oct)
}

// encodings are other texts of the same key, which would give it a second
// thumbprint (RFC 7638 §7).
func encodings() []Defect {
	respell := func(value, says string, spell func(text string) string) Defect {
		// Some of these texts are those of another key: then it is the signature
		// that fails.
		return bad("jwk", value, says, func(f *Forgery) error {
			jwk := f.Key.JWK()
			name := material(jwk)
			text, err := jwk.Text(name)
			if err != nil {
				return err
			}
			spelled := spell(text)
			if spelled == text {
				return unlucky("the text of this key is spelled so already")
			}
			return editJWK(func(o *dpop.Object) { o.Set(name, spelled) })(f)
		}, "key", "signature")
	}
	decoded := func(text string) []byte { data, _ := dpop.DecodeSegment(text); return data }
	return []Defect{
		respell("with padding in a member", "base64url without padding", padded),
		respell("with a line break in a member", "base64url without line breaks",
			func(t string) string { return t[:8] + "\n" + t[8:] }),
		respell("with a line break behind a member", "base64url without line breaks",
			func(t string) string { return t + "\r\n" }),
		respell("with a space in a member", "base64url without white space",
			func(t string) string { return t[:8] + " " + t[8:] }),
		respell("with trailing bits in a member", "the unused bits are zero", func(t string) string {
			if len(t)%4 == 0 {
				return t
			}
			return trailing(t)
		}),
		respell("with a member in the standard alphabet", "- and _, not + and /",
			func(t string) string { return base64.RawStdEncoding.EncodeToString(decoded(t)) }),
		respell("with a member in hexadecimal", "base64url",
			func(t string) string { return hex.EncodeToString(decoded(t)) }),
		respell("with a NUL behind a member", "base64url without anything else",
			func(t string) string { return t + "\x00" }),
		respell("with a zero octet before a member", "one length, one text (RFC 7518 §6.2.1.2, §6.3.1.1)",
			func(t string) string { return dpop.EncodeSegment(append([]byte{0}, decoded(t)...)) }),
		respell("with a zero octet behind a member", "one length, one text (RFC 7518 §6.2.1.2)",
			func(t string) string { return dpop.EncodeSegment(append(decoded(t), 0)) }),
		respell("with a member cut short", "one length, one text (RFC 7518 §6.2.1.2)",
			func(t string) string { return dpop.EncodeSegment(decoded(t)[:len(decoded(t))-1]) }),
	}
}

// oddKeys say more of themselves than they must (RFC 7517 §4).
func oddKeys() []Defect {
	use := func(value, says, name string, v any) Defect {
		return bad("jwk", value, says, editJWK(func(o *dpop.Object) { o.Add(name, v) }), "key-use")
	}
	return []Defect{
		bad("jwk", "for another alg", "jwk.alg contradicts alg", func(f *Forgery) error {
			other := "ES384"
			if f.Key.Algorithm == other {
				other = "ES256"
			}
			return editJWK(func(o *dpop.Object) { o.Add("alg", other) })(f)
		}, "key-use"),
		use("for an unknown alg", "jwk.alg contradicts alg", "alg", "ES999"),
		use("for encryption", "use is enc", "use", "enc"),
		use("for the operation encrypt", "key_ops does not hold verify", "key_ops", []string{"encrypt"}),
		use("for no operation", "key_ops is empty", "key_ops", []string{}),
		moot("jwk", "for the operation sign", "the operation of the private half",
			editJWK(func(o *dpop.Object) { o.Add("key_ops", []string{"sign"}) }), "key-use"),
		fine("jwk", "beside unknown members", "unknown members are ignored (RFC 7517 §4)", editJWK(unknownMembers)),
		fine("jwk", "beside kid, use, alg, key_ops and ext", "members that keys have", func(f *Forgery) error {
			return editJWK(func(o *dpop.Object) {
				o.Prepend("kid", "a name of the client's own")
				o.Add("use", "sig")
				o.Add("alg", f.Key.Algorithm)
				o.Add("key_ops", []string{"verify"})
				o.Add("ext", true)
				o.Add("iat", f.Now.Unix())
			})(f)
		}),
		fine("jwk", "in reverse order", "the order of members means nothing", editJWK(reverse)),
		fine("jwk", "written with escapes", "escapes are undone before the thumbprint is made", editJWK(escapeValues)),
		fine("jwk", "spaced over lines", "white space is no part of the thumbprint", func(f *Forgery) error {
			f.Draft.Header.Set("jwk", json.RawMessage(f.Key.JWK().SpacedJSON()))
			return nil
		}),
		fine("jwk", "named with escapes", "escapes are undone before the thumbprint is made", func(f *Forgery) error {
			f.Draft.Header.Set("jwk", json.RawMessage(escapeNames(f.Key.JWK())))
			return nil
		}),
	}
}
