package forge

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
// of its answer, or as markup in a page.
const (
	InjectedField  = "Set-Cookie"
	InjectedValue  = "dpopspec-injected=1"
	InjectedMarkup = `<script>alert("dpopspec")</script>`
)

// unharmed says what is asked of a server that an injection is sent to.
const unharmed = "no failure of the server, and nothing of it in a header or a query"
