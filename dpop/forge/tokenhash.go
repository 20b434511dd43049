package forge

import (
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
)

// tokenHashDefects are about ath (RFC 9449 §4.2; §4.3, check 12).
func tokenHashDefects() []Defect {
	other := bad("ath", "of another token", "the proof was made for another token of the same key",
		func(f *Forgery) error { f.Draft.Claims.Set("ath", dpop.TokenHash(f.OtherToken)); return nil }, "ath")
	without := moot("ath", "given without an access token", "the authorization server has no use for it",
		setClaim("ath", dpop.TokenHash("some token")), "ath")
	return slices.Concat(memberDefects("ath"),
		needing(Needs{AccessToken: true}, wrongHashes()...),
		needing(Needs{AccessToken: true, JWT: true},
			wrongHash("of the token's claims", "the hash of the decoded JWT payload", payloadHash)),
		needing(Needs{AccessToken: true, OtherToken: true}, other),
		needing(Needs{NoAccessToken: true}, without))
}

// wrongHash is a row whose ath is what the function makes of the token; an empty
// text means that it takes a JWT and got something else.
func wrongHash(value, says string, hash func(token string) string) Defect {
	return bad("ath", value, says, func(f *Forgery) error {
		ath := hash(f.AccessToken)
		switch ath {
		case "":
			return lacking("it needs an access token that is a JWT")
		case dpop.TokenHash(f.AccessToken):
			return unlucky("for this token it is spelled like the right one")
		}
		f.Draft.Claims.Set("ath", ath)
		return nil
	}, "ath")
}

// payloadHash hashes the claims of a JWT.
func payloadHash(token string) string {
	_, payload, _, err := dpop.SplitCompact(token, dpop.DecodeSegment)
	if err != nil {
		return ""
	}
	return dpop.TokenHash(string(payload))
}

func wrongHashes() []Defect {
	digest := func(token string) []byte { sum := sha256.Sum256([]byte(token)); return sum[:] }
	return []Defect{
		wrongHash("of the token with its scheme", `the hash of "DPoP " and the token`,
			func(t string) string { return dpop.TokenHash("DPoP " + t) }),
		wrongHash("of the empty string", "the hash of no token", func(string) string { return dpop.TokenHash("") }),
		wrongHash("of the token and a line break", "the hash of the token as a careless tool reads it",
			func(t string) string { return dpop.TokenHash(t + "\n") }),
		wrongHash("the token itself", "no hash at all", func(t string) string { return t }),
		wrongHash("in hexadecimal", "the right hash in hexadecimal",
			func(t string) string { return hex.EncodeToString(digest(t)) }),
		wrongHash("in base64url of hexadecimal", "the hexadecimal text of the right hash, encoded once more",
			func(t string) string { return dpop.EncodeSegment([]byte(hex.EncodeToString(digest(t)))) }),
		wrongHash("padded", "the right hash in padded base64url",
			func(t string) string { return dpop.TokenHash(t) + "=" }),
		wrongHash("in standard base64", "the right hash in the alphabet with + and /, padded",
			func(t string) string { return base64.StdEncoding.EncodeToString(digest(t)) }),
		wrongHash("in unpadded standard base64", "the right hash in the alphabet with + and /",
			func(t string) string { return base64.RawStdEncoding.EncodeToString(digest(t)) }),
		wrongHash("a SHA-1", "another hash",
			func(t string) string { sum := sha1.Sum([]byte(t)); return dpop.EncodeSegment(sum[:]) }),
		wrongHash("a SHA-384", "another hash",
			func(t string) string { sum := sha512.Sum384([]byte(t)); return dpop.EncodeSegment(sum[:]) }),
		wrongHash("a SHA-512", "another hash",
			func(t string) string { sum := sha512.Sum512([]byte(t)); return dpop.EncodeSegment(sum[:]) }),
		wrongHash("the left half of the hash", "what at_hash would be in an ID token",
			func(t string) string { return dpop.EncodeSegment(digest(t)[:16]) }),
		wrongHash("truncated", "the right hash without its last character",
			func(t string) string { return dpop.TokenHash(t)[:42] }),
		wrongHash("followed by one more character", "the right hash and an A",
			func(t string) string { return dpop.TokenHash(t) + "A" }),
		wrongHash("in upper case", "base64url is case-sensitive",
			func(t string) string { return strings.ToUpper(dpop.TokenHash(t)) }),
		wrongHash("in lower case", "base64url is case-sensitive",
			func(t string) string { return strings.ToLower(dpop.TokenHash(t)) }),
		wrongHash("with non-zero trailing bits", "another spelling of the right hash",
			func(t string) string { return trailing(dpop.TokenHash(t)) }),
	}
}
