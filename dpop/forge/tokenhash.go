package forge

import (
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
)

// tokenHashDefects are about ath (RFC 9449 §4.2; §4.3, check 12).
func tokenHashDefects() []Defect {
	rows := memberDefects("ath")
	add := func(value, says string, ath func(token string) (string, error)) {
		rows = append(rows, needing(Needs{AccessToken: true}, bad("ath", value, says, func(f *Forgery) error {
			text, err := ath(f.AccessToken)
			if err != nil {
				return err
			}
			if text == dpop.TokenHash(f.AccessToken) {
				return unlucky("for this token it is spelled like the right one")
			}
			f.Draft.Claims.Set("ath", text)
			return nil
		}, "ath"))...)
	}
	is := func(hash func(token string) string) func(string) (string, error) {
		return func(token string) (string, error) { return hash(token), nil }
	}
	digest := func(token string) []byte { sum := sha256.Sum256([]byte(token)); return sum[:] }
	add("of the token with its scheme", `the hash of "DPoP " and the token`, is(func(t string) string { return dpop.TokenHash("DPoP " + t) }))
	add("of the token's claims", "the hash of the decoded JWT payload", func(t string) (string, error) {
		_, payload, _, err := dpop.SplitCompact(t, dpop.DecodeSegment)
		if err != nil {
			return "", lacking("it needs an access token that is a JWT")
		}
		return dpop.TokenHash(string(payload)), nil
	})
	rows[len(rows)-1].Needs.JWT = true
	add("of the empty string", "the hash of no token", is(func(string) string { return dpop.TokenHash("") }))
	add("of the token and a line break", "the hash of the token as a careless tool reads it", is(func(t string) string { return dpop.TokenHash(t + "\n") }))
	add("the token itself", "no hash at all", is(func(t string) string { return t }))
	add("in hexadecimal", "the right hash in hexadecimal", is(func(t string) string { return hex.EncodeToString(digest(t)) }))
	add("in base64url of hexadecimal", "the hexadecimal text of the right hash, encoded once more", is(func(t string) string {
		return dpop.EncodeSegment([]byte(hex.EncodeToString(digest(t))))
	}))
	add("padded", "the right hash in padded base64url", is(func(t string) string { return dpop.TokenHash(t) + "=" }))
	add("in standard base64", "the right hash in the alphabet with + and /, padded", is(func(t string) string { return base64.StdEncoding.EncodeToString(digest(t)) }))
	add("in unpadded standard base64", "the right hash in the alphabet with + and /", is(func(t string) string { return base64.RawStdEncoding.EncodeToString(digest(t)) }))
	add("a SHA-1", "another hash", is(func(t string) string { sum := sha1.Sum([]byte(t)); return dpop.EncodeSegment(sum[:]) }))
	add("a SHA-384", "another hash", is(func(t string) string { sum := sha512.Sum384([]byte(t)); return dpop.EncodeSegment(sum[:]) }))
	add("a SHA-512", "another hash", is(func(t string) string { sum := sha512.Sum512([]byte(t)); return dpop.EncodeSegment(sum[:]) }))
	add("the left half of the hash", "what at_hash would be in an ID token", is(func(t string) string { return dpop.EncodeSegment(digest(t)[:16]) }))
	add("truncated", "the right hash without its last character", is(func(t string) string { return dpop.TokenHash(t)[:42] }))
	add("followed by one more character", "the right hash and an A", is(func(t string) string { return dpop.TokenHash(t) + "A" }))
	add("in upper case", "base64url is case-sensitive", is(func(t string) string { return strings.ToUpper(dpop.TokenHash(t)) }))
	add("in lower case", "base64url is case-sensitive", is(func(t string) string { return strings.ToLower(dpop.TokenHash(t)) }))
	add("with non-zero trailing bits", "another spelling of the right hash", is(func(t string) string { return trailing(dpop.TokenHash(t)) }))

	other := bad("ath", "of another token", "the proof was made for another token of the same key", func(f *Forgery) error {
		f.Draft.Claims.Set("ath", dpop.TokenHash(f.OtherToken))
		return nil
	}, "ath")
	without := moot("ath", "given without an access token", "the authorization server has no use for it", setClaim("ath", dpop.TokenHash("some token")), "ath")
	rows = append(rows, needing(Needs{AccessToken: true, OtherToken: true}, other)...)
	return append(rows, needing(Needs{NoAccessToken: true}, without)...)
}
