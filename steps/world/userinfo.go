package world

import (
	"fmt"
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

// mostSubjects is how many tokens of a lane are known with their persons.
const mostSubjects = 256

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

// noteSubject keeps for whom an access token was issued, as its ID token says.
func (w *World) noteSubject(tokens *Tokens) {
	if w.lane == nil {
		return // at an embedded server
	}
	text, err := tokens.Response.Text("id_token")
	if err != nil {
		return
	}
	claims, isJWT := ReadClaims(text)
	sub, err := claims.Text(subject)
	if !isJWT || err != nil || sub == "" {
		return
	}
	if w.lane.subjects == nil || len(w.lane.subjects) >= mostSubjects {
		w.lane.subjects = map[string]string{}
	}
	w.lane.subjects[tokens.AccessToken] = sub
}

// expectSubject notes on an answer of userinfo that it is about another person.
func (w *World) expectSubject(e *wire.Exchange) {
	if w.lane == nil || len(w.lane.subjects) == 0 || e == nil || e.Status/100 != 2 {
		return
	}
	lines := e.Fields.Values("Authorization")
	if len(lines) != 1 {
		return
	}
	_, token, _ := strings.Cut(lines[0], " ")
	known := w.lane.subjects[strings.TrimSpace(token)]
	metadata := w.Session.Metadata
	if known == "" || metadata.Userinfo == "" || withoutQuery(e.URL) != withoutQuery(metadata.Userinfo) {
		return
	}
	if sub, _ := subjectOf(e, true); sub != "" && sub != known {
		e.Facts = append(e.Facts, wire.Fact{Name: otherSubject, Value: fmt.Sprintf(
			"the sub of its ID token (OpenID Connect Core 1.0 §5.3.2), %s", wire.Brief(known))})
	}
}
