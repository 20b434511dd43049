package forge

import (
	"slices"

	"github.com/dpopspec/dpopspec/dpop"
)

// injections are texts that a server must not pass on unescaped (RFC 8725
// §3.10).
var injections = []struct{ name, text string }{
	{"an SQL injection", `a'; DROP TABLE proofs; --`},
	{"with line breaks", "a\r\n" + InjectedField + ": " + InjectedValue + "\r\n\r\nb"},
	{"with a NUL", "a\x00b"},
	{"a path", "../../../../etc/passwd"},
	{"markup", InjectedMarkup},
	{"of characters beyond ASCII", "ü😀\u202e"},
}

// By these a text that a server has passed on is known for ours: as a field line
// of its answer, as a parameter of its challenge or as markup in a page.
const (
	InjectedField     = "Set-Cookie"
	InjectedValue     = "dpopspec-injected=1"
	InjectedParameter = `a", dpopspec-injected="1`
	InjectedMarkup    = `<script>alert("dpopspec")</script>`
)

// unharmed says what is asked of a server that an injection is sent to.
const unharmed = "no failure of the server, and nothing of it in a header or a query"

// Reflectable is a text that works in a challenge, in a head and in a page, whichever a server writes
// it into as it stands.
const Reflectable = InjectedParameter + "\"\r\n" + InjectedField + ": " + InjectedValue + "\r\n\r\n" + InjectedMarkup

// reflectionDefects put such a text into every part of a proof that is refused: what
// a server says of a proof that it takes is less than what it says of one that it
// does not. Where the text is no reason to refuse it, htm is.
func reflectionDefects() []Defect {
	const value = "text that works in an answer"
	row := func(part, where string, put func(*Forgery) error, refused ...string) Defect {
		return bad(part, value+where, unharmed, func(f *Forgery) error {
			f.Draft.Claims.Set("htm", "DPOPSPEC")
			return put(f)
		}, append(refused, "htm")...)
	}
	rows := []Defect{
		row("jti", "", setID(func(id string) string { return id + Reflectable })),
		bad("htm", value, unharmed, setClaim("htm", Reflectable), "htm"),
		row("htu", "", setClaim("htu", Reflectable), "htu"),
		row("iat", "", setClaim("iat", Reflectable), "iat"),
		row("nonce", "", setClaim("nonce", Reflectable), "nonce"),
		row("claims", ", as sub", setClaim("sub", Reflectable)),
		row("claims", ", as a name", setClaim(Reflectable, true)),
		row("typ", "", setHeader("typ", Reflectable), "typ"),
		row("alg", "", setHeader("alg", Reflectable), "alg"),
		row("kid", "", setHeader("kid", Reflectable)),
		row("crit", "", func(f *Forgery) error {
			f.Draft.Header.Set("crit", []string{Reflectable})
			f.Draft.Header.Set(Reflectable, true)
			return nil
		}, "crit"),
	}
	rows = append(rows, needing(Needs{AccessToken: true}, row("ath", "", setClaim("ath", Reflectable), "ath"))...)
	for _, name := range []string{"jku", "x5u"} {
		rows = append(rows, row(name, "", setHeader(name, Reflectable)))
	}
	for _, member := range []struct{ name, refused string }{
		{"kty", "key"}, {"crv", "key"}, {"use", "key-use"}, {"kid", "htm"},
	} {
		rows = append(rows, row("jwk", ", as "+member.name,
			editJWK(func(o *dpop.Object) { o.Set(member.name, Reflectable) }), member.refused))
	}
	return slices.Clip(rows)
}
