package client

import (
	"net/http"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// endpoint is where a server waits for requests of the client.
type endpoint struct {
	kind string // of those requests
	path string // at the authorization server, by Path constant
	api  string // name of the API, if it is one
}

// servers are the endpoints that a scenario can speak of. The other APIs take the
// tokens of the first where they are told what to answer.
var servers = vocabulary.Meanings[endpoint]{
	toToken:     {kind: toToken, path: mockas.PathToken},
	toPAR:       {kind: toPAR, path: mockas.PathPAR},
	toUserinfo:  {kind: toUserinfo, path: mockas.PathUserinfo},
	"API":       {kind: toAPI, api: world.DefaultAPI},
	"other API": {kind: toAPI, api: otherAPI},

	"API on another host": {kind: toAPI, api: world.FarAPI},
}

// reaction is how a server answers one request.
type reaction = func(http.ResponseWriter, *http.Request, http.Handler)

// How often a server reacts so.
const (
	once   = 1
	always = -1
)

// plays lets a server react to requests of the client so often.
func (a *Actor) plays(server string, times int, play reaction) error {
	script, match, err := a.script(server)
	if err == nil {
		script.Then(wire.Answer{Match: match, Times: times, Play: play})
	}
	return err
}

// playsInTurn lets a server react in order, once each.
func (a *Actor) playsInTurn(server string, plays ...reaction) error {
	for _, play := range plays {
		if err := a.plays(server, once, play); err != nil {
			return err
		}
	}
	return nil
}

// script returns the script of a server, and the test for requests to the
// endpoint.
func (a *Actor) script(server string) (*wire.Script, func(*http.Request) bool, error) {
	if err := a.arrange(); err != nil {
		return nil, nil, err
	}
	e, err := servers.Of(server)
	if err != nil {
		return nil, nil, err
	}
	a.scripted = e.kind
	switch {
	case e.api == "" && a.Session.Triggered():
		return nil, nil, a.ClientKeeps()
	case e.api == "":
		as, err := a.AS()
		if err != nil {
			return nil, nil, err
		}
		at := wire.Path(as.Path(e.path))
		return &as.HTTP.Script, func(r *http.Request) bool {
			return at(r) && (e.kind != toUserinfo || withCredentials(r))
		}, nil
	}
	if err := a.shareTokens(e.api); err != nil {
		return nil, nil, err
	}
	api, err := a.API(e.api)
	if err != nil {
		return nil, nil, err
	}
	return &api.HTTP.Script, withCredentials, nil
}

// withCredentials chooses the calls of a protected resource: neither requests for its
// metadata nor those that ask what it wants.
func withCredentials(r *http.Request) bool {
	return !strings.Contains(r.URL.Path, "/.well-known/") && !knocks(r.Method, r.RequestURI, r.Header.Values)
}

// shareTokens lets another API take the tokens of the first.
func (a *Actor) shareTokens(api string) error {
	if api == world.DefaultAPI || a.shared[api] {
		return nil
	}
	if a.shared == nil {
		a.shared = map[string]bool{}
	}
	a.shared[api] = true
	return a.ArrangeAPI(api, func(c *mockrs.Config) { c.Audience = world.AudienceOf(world.DefaultAPI) })
}

// everyCallSucceeds lets the API answer 200 without judging, for cases that look
// at something else.
func (a *Actor) everyCallSucceeds() error {
	return a.plays(toAPI, always, wire.Reply(http.StatusOK, nil, "{}"))
}

// asJSON answers 200 with a body that is said to be JSON.
func asJSON(body string) reaction {
	return wire.Reply(http.StatusOK, wire.Fields{{Name: "Content-Type", Value: "application/json"}}, body)
}

// takesToken reports whether requests of a kind are made with an access token.
func takesToken(kind string) bool { return kind == toAPI || kind == toUserinfo }

// nonceChallenge asks for a nonce as RFC 9449 §8 and §9 word it.
func nonceChallenge(kind string, nonces ...string) reaction {
	fields := wire.Fields{
		{Name: "Cache-Control", Value: "no-store"},
		{Name: "Content-Type", Value: "application/json"},
	}
	for _, nonce := range nonces {
		fields = append(fields, wire.Field{Name: "DPoP-Nonce", Value: nonce})
	}
	const body = `{"error":"use_dpop_nonce","error_description":"a nonce is needed"}`
	if takesToken(kind) {
		fields = append(fields, wire.Field{
			Name:  "WWW-Authenticate",
			Value: `DPoP error="use_dpop_nonce", error_description="a nonce is needed", algs="ES256 PS256"`,
		})
		return wire.Reply(http.StatusUnauthorized, fields, body)
	}
	return wire.Reply(http.StatusBadRequest, fields, body)
}

// givingNonces lets the server answer as it would, with nonces of ours.
func givingNonces(nonces func() []string) reaction {
	return wire.Altered(func(_ *int, header http.Header, _ *[]byte) {
		header.Del("DPoP-Nonce")
		if lines := nonces(); len(lines) > 0 {
			header["Dpop-Nonce"] = lines
		}
	})
}

// freshNonce is a nonce of its own for each answer.
func freshNonce() []string { return []string{dpop.NewID()} }
