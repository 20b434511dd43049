package hostile

import "strings"

// contents are sound HTTP around unsound content.
func contents() []Misbehaviour {
	return []Misbehaviour{
		json("broken JSON", "answers with JSON that ends early", `{"access_token": "a", `),
		json("not JSON", "calls plain text JSON", `access_token=a`),
		json("a JSON array", "answers with an array", `[{"access_token": "a"}]`),
		json("deep JSON", "nests without measure", strings.Repeat(`{"a":`, 100_000)),
		json("a duplicate member", "grants and refuses in one object",
			`{"access_token": "a", "access_token": "b", "error": "invalid_dpop_proof"}`),
		json("invalid UTF-8", "answers with JSON in another encoding", "{\"access_token\": \"\xff\xfe\xfd\"}"),
		json("a byte order mark", "puts a mark before its JSON", "\ufeff{\"access_token\": \"a\"}"),
		json("an empty body", "answers 200 with nothing", ""),
		json("null", "answers with null", "null"),
		json("a token that is a number", "grants a number", `{"access_token": 7, "token_type": "DPoP"}`),
		answer("HTML", "answers with a page", closing("200 OK", "Content-Type: text/html")+
			"<!doctype html><title>Welcome</title><script>alert(1)</script>"),
		answer("no content", "answers 204", closing("204 No Content")),
		answer("a server error", "answers 500 with a trace",
			closing("500 Internal Server Error", "Content-Type: text/html")+
				"<pre>panic: runtime error\n\tat Token.java:17</pre>"),
		answer("unavailable", "answers 503", closing("503 Service Unavailable", "Retry-After: 3600")),
	}
}
