package client

import (
	"log/slog"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

// Token is an access token with what the authorization server says of it (RFC
// 6749 §5.1). It does not show its secrets when it is printed or logged.
type Token struct {
	AccessToken  string
	Type         string    // token_type as it came
	Scheme       string    // of the Authorization field: DPoP or Bearer
	Scope        string    // that was granted; if the server does not say, that was asked for
	Audience     string    // that was asked for
	Expires      time.Time // zero if the server does not say
	IDToken      string    // empty if none came
	RefreshToken string    // empty if none came
	key          *dpop.Key // the key that the token is bound to
}

// String names the token without showing it.
func (t Token) String() string {
	return t.Scheme + " token for " + quote(t.Audience) + " with scope " + quote(t.Scope)
}

// GoString keeps %#v from showing the token.
func (t Token) GoString() string { return t.String() }

// LogValue implements slog.LogValuer.
func (t Token) LogValue() slog.Value { return slog.StringValue(t.String()) }

// presentedToken is the access token, or the ID token where that is what APIs take
// and there is one.
func presentedToken(id bool, t Token) string {
	if id && t.IDToken != "" {
		return t.IDToken
	}
	return t.AccessToken
}

// tokenType takes DPoP for a bound token and Bearer for an unbound one, in any
// letter case (RFC 6749 §5.1). Everything else is discarded: what was meant to
// be bound must never travel unbound.
func tokenType(bound bool, tokenType string) (string, error) {
	want := "Bearer"
	if bound {
		want = dpop.Scheme
	}
	if !strings.EqualFold(tokenType, want) {
		return "", failure(TokenTypeUnexpected,
			"the authorization server issued a token of type %s where %s was asked for; "+
				"the token is discarded. Check the server's DPoP settings for this client and API",
			quote(tokenType), want)
	}
	return want, nil
}
