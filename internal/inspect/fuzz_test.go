package inspect

import (
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/internal/visible"
)

// FuzzText gives the inspector any text: it must end, never with both an error and
// results nor with neither, and print nothing that acts on a terminal.
func FuzzText(f *testing.F) {
	for _, form := range requestForms() {
		f.Add([]byte(form))
	}
	for _, text := range []string{
		"", "\xff\xfea\x00", "\xef\xbb\xbf{}", "curl ^\"a^", "curl $'\\x1b\\u202e\\777'", "> \n< ",
		"HTTP/1.1 401\nWWW-Authenticate: DPoP a=\"\x1b",
		`{"keys":[{}]}`, `{"cnf":{"jkt":1}}`, `{"access_token":"a.b.c","token_type":1}`, "a.b.c",
		"a.b.c.d.e", "DPoP a=b",
		`{"kty":"EC\u001b]0;x\u0007"}`, ":method\nGET", "Invoke-WebRequest -Uri 'x' -Headers @{'a'='b'}", `fetch("x", {})`,
		"iwr -uri",
		"```\n\"'`x`'\"\n```", "eyJh.b.c\neyJh.b.c", "a\r\n b: c\n:", `{"log":{"entries":[{}]}}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		list, err := Text(text, Context{})
		if (err == nil) == (len(list) == 0) {
			t.Errorf("%q: %d results, %v", text, len(list), err)
		}
		if printed := list.String(); printed != visible.Text(printed) || strings.ContainsAny(printed, "\x1b\x07\r") {
			t.Errorf("%q prints %q", text, printed)
		}
	})
}
