package forge

// injections are texts that a server must not pass on unescaped (RFC 8725
// §3.10).
var injections = []struct{ name, text string }{
	{"an SQL injection", `a'; DROP TABLE proofs; --`},
	{"with line breaks", "a\r\nSet-Cookie: injected=1\r\n\r\nb"},
	{"with a NUL", "a\x00b"},
	{"a path", "../../../../etc/passwd"},
	{"markup", `<script>alert(1)</script>`},
	{"of characters beyond ASCII", "ü😀\u202e"},
}

// unharmed says what is asked of a server that an injection is sent to.
const unharmed = "no failure of the server, and nothing of it in a header or a query"
