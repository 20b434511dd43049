package world

import (
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// What userinfo grants is the claims of the person of a token: sub stands in every
// success, and is that of the ID token that came with the token (OpenID Connect Core
// 1.0 §5.3.2). An answer without it, or with another, is none, whatever its status.

// subject is the member by which userinfo grants something.
const subject = "sub"

// otherSubject is the fact that an answer of userinfo is about another person than the
// ID token that came with the access token.
const otherSubject = "other-sub"

// saysSubject reports whether the body of an answer has a sub: as an object, or in a
// JWT where answers may be signed. What an encrypted one says cannot be seen.
func saysSubject(e *wire.Exchange, signed bool) bool {
	sub, readable := subjectOf(e, signed)
	return sub != "" || !readable
}

// subjectOf returns the sub of an answer; empty if it has none.
func subjectOf(e *wire.Exchange, signed bool) (sub string, readable bool) {
	body, err := dpop.ParseObject(e.Reply)
	if signed && isJWT(e.Answer) {
		text := strings.TrimSpace(string(e.Reply))
		if strings.Count(text, ".") == 4 { // a JWE (RFC 7516 §7.1)
			return "", false
		}
		claims, isJWT := ReadClaims(text)
		if !isJWT {
			return "", true
		}
		body, err = claims, nil
	}
	if err != nil {
		return "", true
	}
	sub, _ = body.Text(subject)
	return sub, true
}

// isJWT reports whether fields say that a body is a JWT (RFC 7519 §10.3.1).
func isJWT(answer wire.Fields) bool {
	kind, _ := answer.One("Content-Type")
	kind, _, _ = strings.Cut(kind, ";")
	return strings.EqualFold(strings.TrimSpace(kind), "application/jwt")
}
