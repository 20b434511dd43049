package client

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func requestSteps(v *vocabulary.Vocabulary) {
	v.Word("request", "Which requests of the client.", requestKinds.Forms()...)
	v.Word("carried", "What a request of the client carries.", carried.Forms()...)
	g := vocabulary.For[Actor](v)
	g.Then(`^every {request} carries {carried}$`, (*Actor).everyCarries,
		"Each request of that kind that the client has sent in this case must have had that.",
		"Then every token request carries a proof")
	g.Then(`^no token is in a query or a body$`, (*Actor).tokensInFieldAlone,
		"No request of the client to an API may hold an access token in its query, its body or another field than "+
			"Authorization.",
		"Then no token is in a query or a body")
	g.Then(`^the client sends bound tokens or none$`, (*Actor).boundOrNone,
		"No request of the client to an API may carry a token with the scheme Bearer.",
		"Then the client sends bound tokens or none")
	g.Then(`^the first API request is Bearer without a proof, the second is DPoP with one$`, (*Actor).bearerThenDPoP,
		"The two requests to the API must have had the schemes of their fetchers.",
		"Then the first API request is Bearer without a proof, the second is DPoP with one")
	g.Then(`^the client sends no token request( without a proof)?$`, (*Actor).noTokenRequest,
		"The token endpoint must have got no request of the client; or none without a proof.",
		"Then the client sends no token request")
}

// requestKinds are the kinds of requests, by their names.
var requestKinds = vocabulary.Meanings[string]{
	"token request":         toToken,
	"API request":           toAPI,
	"userinfo request":      toUserinfo,
	"authorization request": toAuthorize,
	"pushed request":        toPAR,
	"registration request":  toRegister,
}

// carried is what a request can carry: each says what is missing, or nothing.
var carried = vocabulary.Meanings[func(*Actor, sent) string]{
	"a proof": func(_ *Actor, s sent) string { return withoutProof(s) },
	"a bound token and a proof": func(_ *Actor, s sent) string {
		c, _ := s.credentials()
		if problem := withoutProof(s); problem != "" || !c.Is(dpop.Scheme) {
			return strings.TrimPrefix(problem+fmt.Sprintf(", the scheme %q", c.Scheme), ", ")
		}
		return ""
	},
	"one Authorization field with the scheme DPoP": func(_ *Actor, s sent) string {
		lines := s.Fields.Values("Authorization")
		if len(lines) != 1 {
			return fmt.Sprintf("%d Authorization field lines", len(lines))
		}
		scheme, rest, _ := strings.Cut(lines[0], " ")
		right := strings.EqualFold(scheme, dpop.Scheme) && dpop.IsToken68(strings.TrimLeft(rest, " "))
		return unless(right, "the scheme %q", scheme)
	},
	"its attestation and one proof by the attested key": attestedOnce,
	"the token of the caller": func(a *Actor, s sent) string {
		c, _ := s.credentials()
		return unless(c.Token == a.call.AccessToken, "another token")
	},
	"an ID token and a proof by its key": func(a *Actor, s sent) string { return a.withIDToken(s) },
	"no credentials for a proxy": func(_ *Actor, s sent) string {
		return unless(len(s.Fields.Values("Proxy-Authorization")) == 0, "a Proxy-Authorization field")
	},
	"dpop_jkt and code_challenge": func(_ *Actor, s sent) string {
		p := s.authorizationParameters()
		return unless(p.Has("dpop_jkt") && p.Has("code_challenge"),
			"dpop_jkt %v, code_challenge %v", p.Has("dpop_jkt"), p.Has("code_challenge"))
	},
	"a proof or dpop_jkt": func(_ *Actor, s sent) string {
		return unless(s.form().Has("dpop_jkt") || s.proven(), "neither")
	},
	"dpop_bound_access_tokens": func(_ *Actor, s sent) string {
		body, err := dpop.ParseObject(s.Body)
		if err != nil {
			return err.Error()
		}
		value, _ := body.Get("dpop_bound_access_tokens")
		return unless(string(value) == "true", "dpop_bound_access_tokens %q", value)
	},
}

func withoutProof(s sent) string { return unless(s.proven(), "no DPoP field") }

func (a *Actor) everyCarries(request, what string) error {
	kind, err := requestKinds.Of(request)
	if err != nil {
		return err
	}
	judge, err := carried.Of(what)
	if err != nil {
		return err
	}
	return a.everyRequest(kind, "every "+request+" to carry "+what, func(s sent) string { return judge(a, s) })
}

// requests returns the client's requests of a kind; without any, the case can
// state nothing. An authorization request may have been pushed.
func (a *Actor) requests(kind string) ([]sent, error) {
	list := a.sentTo(kind)
	if kind == toAuthorize {
		list = a.authorizationRequests()
	}
	if len(list) == 0 {
		if err := a.began(); err != nil {
			return nil, err
		}
		if kind == toAPI && len(a.sentTo(toKnock)) > 0 {
			return nil, a.Expect(false, "a request to the API with a token", "none but without any credentials")
		}
		return nil, world.Inconclusivef("the client sent nothing to the %s; it ended with %s", kind, a.ending())
	}
	return list, nil
}

// everyRequest states something of every request of a kind.
func (a *Actor) everyRequest(kind, expected string, judge func(sent) string) error {
	list, err := a.requests(kind)
	if err != nil {
		return err
	}
	if kind == toAPI { // userinfo is a protected resource as any other
		list = append(list, a.sentTo(toUserinfo)...)
	}
	for _, s := range list {
		if problem := judge(s); problem != "" {
			return a.Expect(false, expected, fmt.Sprintf("%s %s: %s", s.Method, s.Path(), problem))
		}
	}
	return a.Expect(true, expected, fmt.Sprintf("so it is in all %d", len(list)))
}

// tokensInFieldAlone looks for the tokens that were issued; those of an
// application that had its own already are known from its requests.
func (a *Actor) tokensInFieldAlone() error {
	var tokens []string
	for _, s := range a.sentTo(toToken) {
		if body, err := dpop.ParseObject(s.Reply); err == nil {
			if token, err := body.Text("access_token"); err == nil {
				tokens = append(tokens, token)
			}
		}
	}
	if tokens == nil && a.Session.Triggered() {
		for _, s := range a.sentTo(toAPI) {
			if c, ok := s.credentials(); ok {
				tokens = append(tokens, c.Token)
			}
		}
		if tokens == nil {
			return world.Inconclusivef("no request carries a token where it would be known as one")
		}
	}
	return a.everyRequest(toAPI, "no access token in query, body or another field", func(s sent) string {
		for _, token := range tokens {
			switch {
			case strings.Contains(s.Target, token):
				return "the token is in the request-target"
			case bytes.Contains(s.Body, []byte(token)):
				return "the token is in the body"
			case slices.ContainsFunc(s.Fields, func(f wire.Field) bool {
				return !strings.EqualFold(f.Name, "Authorization") && strings.Contains(f.Value, token)
			}):
				return "the token is in another field"
			}
		}
		return ""
	})
}

// boundOrNone looks at the APIs. A client that never called one has not sent its
// token anywhere.
func (a *Actor) boundOrNone() error {
	const expected = "no token with the scheme Bearer"
	for _, s := range a.resourceRequests(nil) {
		if s.bearer() {
			return a.Expect(false, expected, fmt.Sprintf("%s %s with Bearer", s.Method, s.Path()))
		}
	}
	if err := a.began(); err != nil {
		return err
	}
	return a.expect(true, expected, a.ending())
}

func (a *Actor) bearerThenDPoP() error {
	list := a.sentTo(toAPI)
	if len(list) < 2 && a.onlyBound() {
		return hasNoBearer()
	}
	if len(list) != 2 {
		return world.Inconclusivef("%d requests to the API instead of 2; the client ended with %s",
			len(list), a.ending())
	}
	first := list[0].bearer() && !list[0].proven()
	c, _ := list[1].credentials()
	second := c.Is(dpop.Scheme) && len(list[1].Fields.Values("DPoP")) == 1
	return a.Expect(first && second, "Bearer without a proof, then DPoP with one",
		fmt.Sprintf("Bearer without a proof %v, then DPoP with one %v", first, second))
}

// onlyBound reports whether the client is one that can get no token for Bearer, and was
// told so: the refresh token of a public client is bound to its key (RFC 9449 §5).
func (a *Actor) onlyBound() bool {
	return a.public() && slices.ContainsFunc(a.sentTo(toToken), unboundRefresh)
}

func hasNoBearer() error {
	return world.NotApplicablef("the refresh token of a public client is bound to its key (RFC 9449 §5), " +
		"and gives no token for Bearer")
}

// unboundRefresh reports whether a refresh without a proof was refused.
func unboundRefresh(s sent) bool {
	return s.form().Get("grant_type") == mockas.GrantRefresh && !s.proven() && s.Status >= 400
}

func (a *Actor) noTokenRequest(withoutProof string) error {
	asked := a.sentTo(toToken)
	expected := "no token request"
	if withoutProof != "" {
		expected += " without a proof"
		asked = slices.DeleteFunc(asked, sent.proven)
	}
	return a.expect(len(asked) == 0, expected,
		fmt.Sprintf("%d of them; the client ended with %s", len(asked), a.ending()))
}
