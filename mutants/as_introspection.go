package mutants

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
)

// introspectionBugs are bugs in what introspection says of tokens that are not good,
// or not any more.
var introspectionBugs = []row{
	{id: "AS-100", variant: "whole", does: "introspection says of a token for good what it said first",
		breaks: ids{"RFC7662-2.2-01"}, change: saidBefore(func(token string) string { return token })},
	{id: "AS-100", variant: "unsigned", does: "introspection knows a token by what stands before its signature",
		breaks: ids{"RFC7662-2.2-01"}, change: saidBefore(func(token string) string {
			before, _, _ := cutLast(token, ".")
			return before
		})},
	{id: "AS-101", variant: "error", does: "introspection answers an inactive token with an error",
		breaks: ids{"RFC7662-2.2-01"}, change: inactive(func(_ string, _ dpop.Object, w http.ResponseWriter) {
			mockas.WriteError(w, &mockas.Error{Status: http.StatusBadRequest, Code: dpop.InvalidToken})
		})},
	{id: "AS-101", variant: "empty", does: "introspection answers an inactive token without active",
		breaks: ids{"RFC7662-2.2-01"}, change: inactive(func(_ string, _ dpop.Object, w http.ResponseWriter) {
			writeObject(w, dpop.Object{})
		})},
	{id: "AS-112", variant: "cnf", does: "a signed introspection answer leaves cnf out", breaks: ids{"RFC9701-5-01"},
		change: inServer(func(p *mockas.Policy) {
			p.SignedIntrospection = func(answer *dpop.Object) { answer.Delete("cnf") }
		})},
	{id: "AS-112", variant: "type", does: "a signed introspection answer calls a bound token Bearer",
		breaks: ids{"RFC9701-5-01"}, change: inServer(func(p *mockas.Policy) {
			p.SignedIntrospection = func(answer *dpop.Object) { answer.Set("token_type", "Bearer") }
		})},
	{id: "AS-102", variant: "why", does: "introspection says why a token is not active",
		breaks: ids{"RFC9449-6.2-04"}, change: inactive(func(_ string, answer dpop.Object, w http.ResponseWriter) {
			answer.Add("error", "token not found")
			writeObject(w, answer)
		})},
	{id: "AS-102", variant: "key", does: "introspection says of a token that was revoked to which key it is bound",
		breaks: ids{"RFC9449-6.2-04"}, change: inactive(func(token string, answer dpop.Object, w http.ResponseWriter) {
			_, payload, _, _ := dpop.SplitCompact(token, dpop.DecodeSegment)
			claims, _ := dpop.ParseObject(payload)
			if cnf, found := claims.Get("cnf"); found {
				answer.Add("cnf", cnf)
			}
			writeObject(w, answer)
		})},
}

// asked is the token of an introspection request.
func asked(r *http.Request) string {
	body, _ := io.ReadAll(r.Body) // a body cut short is the next reader's to refuse
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	form, _ := url.ParseQuery(string(body))
	return form.Get("token")
}

// saidBefore repeats the first answer about an active token for all that are known by
// the same name.
func saidBefore(name func(token string) string) inServer {
	return func(p *mockas.Policy) {
		var said sync.Map
		around(mockas.PathIntrospect, func(w http.ResponseWriter, r *http.Request, honest http.HandlerFunc) {
			known := name(asked(r))
			if answer, found := said.Load(known); found && known != "" {
				writeObject(w, answer.(dpop.Object))
				return
			}
			kept := &keeper{ResponseWriter: w, status: http.StatusOK}
			honest(kept, r)
			if answer, err := dpop.ParseObject(kept.body); err == nil {
				if active, _ := answer.Get("active"); string(active) == "true" {
					said.Store(known, answer)
				}
			}
			w.WriteHeader(kept.status)
			w.Write(kept.body)
		})(p)
	}
}

// inactive answers otherwise what is not active.
func inactive(otherwise func(token string, answer dpop.Object, w http.ResponseWriter)) inServer {
	return around(mockas.PathIntrospect, func(w http.ResponseWriter, r *http.Request, honest http.HandlerFunc) {
		token := asked(r)
		kept := &keeper{ResponseWriter: w, status: http.StatusOK}
		honest(kept, r)
		answer, err := dpop.ParseObject(kept.body)
		if active, _ := answer.Get("active"); err == nil && string(active) == "false" {
			otherwise(token, answer, w)
			return
		}
		w.WriteHeader(kept.status)
		w.Write(kept.body)
	})
}

func writeObject(w http.ResponseWriter, o dpop.Object) {
	w.Header().Set("Content-Type", "application/json")
	w.Write(o.JSON())
}

// cutLast cuts a text at the last separator.
func cutLast(text, separator string) (before, after string, found bool) {
	i := strings.LastIndex(text, separator)
	if i < 0 {
		return "", text, false
	}
	return text[:i], text[i+len(separator):], true
}
