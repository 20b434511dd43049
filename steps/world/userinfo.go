package world

import (
	"fmt"
	"strings"

	"github.com/dpopspec/dpopspec/internal/wire"
)

// mostSubjects is how many tokens of a lane are known with their persons.
const mostSubjects = 256

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
