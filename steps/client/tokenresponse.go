package client

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func tokenResponseSteps(v *vocabulary.Vocabulary) {
	v.Word("token-response", "What is odd in the successes of the token endpoint.", tokenResponses.Forms()...)
	g := vocabulary.For[Actor](v)
	g.Given(`^the token endpoint gives the client {token-response}$`, (*Actor).givesResponse,
		"Changes what the successes of the token endpoint hold. The API takes access tokens that it could not verify.",
		"Given the token endpoint gives the client an access token of one character")
	g.Given(`^the token endpoint gives the client the token type "([^"]+)"$`, (*Actor).givesTokenType,
		"Lets the token endpoint answer with that token_type; the API takes every token.",
		`Given the token endpoint gives the client the token type "Bearer"`)
}

// tokenResponses change the successes of the token endpoint. The forms of access
// tokens are such as a client must be able to hash and send (RFC 9110 §11.2).
var tokenResponses = vocabulary.Meanings[func(*Actor) error]{
	"no token type":                                           withoutTokenType,
	"no nonce with its success":                               withoutNonce,
	"another refresh token with each refresh":                 rotating(true),
	"no refresh token with a refresh":                         rotating(false),
	"the same refresh token with each refresh":                sameRefreshToken,
	"an access token of one character":                        withToken("t"),
	"an access token of 4096 characters":                      withToken(strings.Repeat("Abc-123~", 512)),
	"an access token with every character of token68":         withToken("azAZ09-._~+/"),
	"an access token that ends with equals signs":             withToken("dG9rZW4=="),
	"a token whose audience is that of the API":               withAudience(firstAudience),
	"a token whose audience is that of the API with a slash":  withAudience(firstAudience + "/"),
	"a token whose audience is that of the API in upper case": withAudience(strings.ToUpper(firstAudience)),
	"a token whose audience is a list without that of the API": withAudience(
		world.AudienceOf(otherAPI), "https://else.example",
	),
	"a token whose audience is a list that holds that of the API": withAudience(
		world.AudienceOf(otherAPI), firstAudience,
	),
}

var firstAudience = world.AudienceOf(world.DefaultAPI)

func (a *Actor) givesResponse(what string) error {
	change, err := tokenResponses.Of(what)
	if err != nil {
		return err
	}
	return change(a)
}

// rotating says whether refresh tokens are replaced when they are used.
func rotating(replaced bool) func(*Actor) error {
	return func(a *Actor) error {
		if err := a.arrange(); err != nil {
			return err
		}
		return a.ArrangeEveryAS(func(c *mockas.Config) {
			for i := range c.Clients {
				c.Clients[i].KeepRefresh = !replaced
			}
		})
	}
}

// sameRefreshToken lets an answer to a refresh repeat the refresh token, which stays.
func sameRefreshToken(a *Actor) error {
	if err := rotating(false)(a); err != nil {
		return err
	}
	return a.plays(toToken, always, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		form, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
		if err != nil {
			wire.Cut(w, r, next)
		}
		r.Body = io.NopCloser(bytes.NewReader(form))
		parameters, _ := url.ParseQuery(string(form)) // what cannot be read is judged by the server
		wire.Altered(func(status *int, header http.Header, body *[]byte) {
			object, err := dpop.ParseObject(*body)
			same := parameters.Get("refresh_token")
			if *status != http.StatusOK || err != nil || same == "" {
				return
			}
			object.Set("refresh_token", same)
			*body = object.JSON()
			header.Del("Content-Length")
		})(w, r, next)
	})
}

func withoutTokenType(a *Actor) error {
	if err := a.everyCallSucceeds(); err != nil {
		return err
	}
	return a.alterTokenResponses(func(body *dpop.Object) { body.Delete("token_type") })
}

func (a *Actor) givesTokenType(name string) error {
	if err := a.everyCallSucceeds(); err != nil {
		return err
	}
	return a.alterTokenResponses(func(body *dpop.Object) { body.Set("token_type", name) })
}

func withToken(token string) func(*Actor) error {
	return func(a *Actor) error {
		if err := a.everyCallSucceeds(); err != nil {
			return err
		}
		return a.alterTokenResponses(func(body *dpop.Object) { body.Set("access_token", token) })
	}
}

// withAudience issues a token that the API judges.
func withAudience(audience ...string) func(*Actor) error {
	return func(a *Actor) error {
		mint, err := a.minter(audience...)
		if err != nil {
			return err
		}
		return a.alterTokenResponses(func(body *dpop.Object) {
			if token, err := mint(); err == nil {
				body.Set("access_token", token)
			}
		})
	}
}

func withoutNonce(a *Actor) error {
	return a.plays(toToken, always, wire.Altered(func(status *int, header http.Header, _ *[]byte) {
		if *status == http.StatusOK {
			delete(header, "Dpop-Nonce")
			delete(header, "DPoP-Nonce")
		}
	}))
}

// alterTokenResponses changes the body of every success of the token endpoint.
func (a *Actor) alterTokenResponses(change func(*dpop.Object)) error {
	return a.plays(toToken, always, wire.Altered(func(status *int, header http.Header, body *[]byte) {
		object, err := dpop.ParseObject(*body)
		if *status != http.StatusOK || err != nil {
			return
		}
		change(&object)
		*body = object.JSON()
		header.Del("Content-Length")
	}))
}
