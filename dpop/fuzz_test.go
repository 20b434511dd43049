package dpop

import (
	"bytes"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// FuzzNormalizeURI looks for a URI whose normal form is not stable, or in which
// an escaped delimiter has become a delimiter.
func FuzzNormalizeURI(f *testing.F) {
	for _, uri := range []string{
		"https://rs.example/a%2Fb%3Fc%23d", "HTTP://[::1]:80/./a/../%7e%7E", "https://h:443", "https://h/%2e%2e%2f",
		"https://h//..//.", "http://h:/?x#y", "https://h/%25", "HTTP://[::",
	} {
		f.Add(uri)
	}
	f.Fuzz(func(t *testing.T, uri string) {
		normal, err := NormalizeURI(uri)
		if err != nil {
			return
		}
		again, err := NormalizeURI(normal)
		if err != nil || again != normal {
			t.Errorf("%q becomes %q, and then %q (%v)", uri, normal, again, err)
		}
		if err := SameURI(uri, normal); err != nil {
			t.Errorf("%q is not its own normal form: %v", uri, err)
		}
		for _, delimiter := range []string{"/", "?", "#", "@", ":", "%"} {
			// Dot segments can only take delimiters away.
			if strings.Count(normal, delimiter) > strings.Count(withoutQuery(uri), delimiter)+1 {
				t.Errorf("%q has more %s than %q", normal, delimiter, uri)
			}
		}
		if !strings.Contains(uri, "/.") && !strings.Contains(strings.ToLower(uri), "/%2e") {
			before, after := strings.ToLower(withoutQuery(uri)), strings.ToLower(normal)
			for _, escape := range []string{"%2f", "%3f", "%23", "%25"} {
				if strings.Count(before, escape) != strings.Count(after, escape) {
					t.Errorf("%q lost an escaped delimiter: %q", uri, normal)
				}
			}
		}
	})
}

// FuzzParseChallenges looks for challenges that do not survive being written
// and read again.
func FuzzParseChallenges(f *testing.F) {
	for _, line := range []string{
		`DPoP error="invalid_token", algs="ES256"`, `Bearer realm="a\"b", DPoP`, "Negotiate abc==, DPoP a=b",
		`DPoP a = "b" ,, c=d`, `a b="`, "DPoP =", "A B, C d=e",
	} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		challenges, err := ParseChallenges([]string{line})
		if err != nil {
			return
		}
		var lines []string
		for _, c := range challenges {
			lines = append(lines, c.String())
		}
		again, err := ParseChallenges(lines)
		if err != nil || !reflect.DeepEqual(again, challenges) {
			t.Errorf("%q: %+v becomes %+v (%v)", line, challenges, again, err)
		}
	})
}

// FuzzFields gives the verifier any field lines: only one line can be a proof.
func FuzzFields(f *testing.F) {
	o := occasions["token endpoint"]
	proof, err := NewProof(mustKey(f, "ES256"), o, testTime)
	if err != nil {
		f.Fatal(err)
	}
	for _, lines := range []string{"", "\n", "P", "P\nP", "P\n", "\nP", "P,P", "P, P", "DPoP P", `"P"`, "P\nx"} {
		f.Add(lines)
	}
	f.Fuzz(func(t *testing.T, text string) {
		fields := strings.Split(strings.ReplaceAll(text, "P", proof), "\n")
		verifier := NewVerifier(testClock)
		_, refusal := verifier.Verify(Request{Method: o.Method, TargetURI: o.URI, Fields: fields})
		if refusal == nil && !slices.Equal(fields, []string{proof}) {
			t.Errorf("accepted: %q", text)
		}
	})
}

// FuzzParseObject looks for an object that is not the same after writing.
func FuzzParseObject(f *testing.F) {
	for _, text := range []string{
		`{}`, `{"a":1}`, `{"a":{"b":[1,2,{"c":null}]}}`, `{"\u0061":"\ud83d\ude00"}`, `{"a":1,"a":2}`,
		"{\"a\":\"\xff\"}", `{"":""}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		object, err := ParseObject(text)
		if err != nil {
			return
		}
		for _, written := range [][]byte{object.JSON(), object.SpacedJSON()} {
			again, err := ParseObject(written)
			if err != nil || !bytes.Equal(again.JSON(), object.JSON()) {
				t.Errorf("%q becomes %q (%v)", text, written, err)
			}
		}
		_, _ = ParsePublicKey(object) // must not panic
	})
}
