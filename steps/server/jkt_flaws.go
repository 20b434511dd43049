package server

import (
	"crypto/sha256"
	"crypto/sha512"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/steps/proof"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
)

// jktFlaws make the values of a dpop_jkt that is no SHA-256 thumbprint in
// base64url (RFC 9449 §10), or one too many, from a key and its thumbprint.
var jktFlaws = vocabulary.Meanings[func(key *dpop.Key, jkt string) []string]{
	"empty":                        func(*dpop.Key, string) []string { return []string{""} },
	"42 characters long":           func(_ *dpop.Key, jkt string) []string { return []string{jkt[:42]} },
	"44 characters long":           func(_ *dpop.Key, jkt string) []string { return []string{jkt + "A"} },
	"4096 characters long":         func(*dpop.Key, string) []string { return []string{strings.Repeat("A", 4096)} },
	"in other letter case":         func(_ *dpop.Key, jkt string) []string { return []string{proof.SwapCase(jkt)} },
	"padded":                       func(_ *dpop.Key, jkt string) []string { return []string{jkt + "="} },
	"in the plain base64 alphabet": func(_ *dpop.Key, jkt string) []string { return []string{plain(jkt)} },
	"a SHA-384 thumbprint": func(key *dpop.Key, _ string) []string {
		sum := sha512.Sum384(thumbprintInput(key))
		return []string{dpop.EncodeSegment(sum[:])}
	},
	"a SHA-512 thumbprint": func(key *dpop.Key, _ string) []string {
		sum := sha512.Sum512(thumbprintInput(key))
		return []string{dpop.EncodeSegment(sum[:])}
	},
	"given twice": func(_ *dpop.Key, jkt string) []string {
		sum := sha256.Sum256([]byte("another key"))
		return []string{jkt, dpop.EncodeSegment(sum[:])}
	},
}

// flawedJKT makes the values of a dpop_jkt that has a flaw.
func flawedJKT(key *dpop.Key, flaw string) ([]string, error) {
	values, err := jktFlaws.Of(flaw)
	if err != nil {
		return nil, err
	}
	return values(key, key.Thumbprint), nil
}

// plain writes a thumbprint with + and / where base64url has - and _; one that
// needs neither is changed so that it does.
func plain(jkt string) string {
	text := strings.NewReplacer("-", "+", "_", "/").Replace(jkt)
	if !strings.ContainsAny(text, "+/") {
		text = "+/" + text[2:]
	}
	return text
}

// thumbprintInput is the input of a thumbprint (RFC 7638 §3).
func thumbprintInput(key *dpop.Key) []byte {
	var members dpop.Object
	for _, name := range []string{"crv", "e", "kty", "n", "x", "y"} {
		if value, found := key.JWK().Get(name); found {
			members.Add(name, value)
		}
	}
	return members.JSON()
}
