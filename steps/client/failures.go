package client

import (
	"net/http"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
)

func failureSteps(v *vocabulary.Vocabulary) {
	v.Word("failure", "An answer to the client that makes no sense, or refuses, or is a failure that may pass.",
		failures.Forms()...)
	g := vocabulary.For[Actor](v)
	g.Given(`^the {server} answers the client with {failure}$`, (*Actor).answersWith,
		"Lets a server answer so once.",
		"Given the API answers the client with the status 503")
	g.Given(`^the {server} refuses the proof of the client$`, (*Actor).refusesProof,
		"Lets a server answer every request of the client with invalid_dpop_proof.",
		"Given the API refuses the proof of the client")
}

var failures = vocabulary.Meanings[reaction]{
	"the status 404":               wire.Reply(404, nil, `{"error":"no such thing"}`),
	"the status 429":               wire.Reply(429, wire.Fields{{Name: "Retry-After", Value: "0"}}, ""),
	"the status 500":               wire.Reply(500, nil, ""),
	"the status 502":               wire.Reply(502, nil, ""),
	"the status 503":               wire.Reply(503, nil, ""),
	"the status 504":               wire.Reply(504, nil, ""),
	"a status that does not exist": wire.Reply(799, nil, ""),
	"a cut connection":             wire.Cut,

	"an empty body":               asJSON(""),
	"a megabyte of blanks":        asJSON(strings.Repeat(" ", 1<<20)),
	"HTML":                        wire.Reply(200, contentType("text/html"), "<html><body>Welcome</body></html>"),
	"JSON nested too deep":        asJSON(strings.Repeat(`{"access_token":`, 20000)),
	"JSON cut in the middle":      asJSON(`{"access_token":"abc","token_ty`),
	"no access token":             asJSON(`{"token_type":"DPoP","expires_in":600}`),
	"a token that no field takes": asJSON(`{"access_token":"a\r\nX-Injected: yes","token_type":"DPoP"}`),

	"a challenge of 8000 letters": challengeLine(`DPoP error="` + strings.Repeat("x", 8000) + `"`),
	"a hundred challenges":        challengeLine(strings.TrimSuffix(strings.Repeat(`Scheme a="b", `, 100), ", ")),
	"a challenge cut in a quote":  challengeLine(`DPoP error="use_dpop_no`),
	"the challenge of a proxy":    proxyChallenge,

	"invalid_grant": wire.Reply(400, contentType("application/json"), `{"error":"invalid_grant"}`),
}

func contentType(value string) wire.Fields { return wire.Fields{{Name: "Content-Type", Value: value}} }

func challengeLine(line string) reaction {
	return wire.Reply(401, wire.Fields{{Name: "WWW-Authenticate", Value: line}}, "")
}

// proxyChallenge asks for credentials of the proxy's own (RFC 9110 §11.7.1).
func proxyChallenge(w http.ResponseWriter, r *http.Request, next http.Handler) {
	wire.Reply(http.StatusProxyAuthRequired, wire.Fields{
		{Name: "Proxy-Authenticate", Value: `DPoP error="use_dpop_nonce", algs="ES256"`},
		{Name: "DPoP-Nonce", Value: dpop.NewID()},
	}, "")(w, r, next)
}

// refusalWithNonce brings a nonce and does not ask for it.
func refusalWithNonce(status int, body string) reaction {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		fields := append(contentType("application/json"), wire.Field{Name: "DPoP-Nonce", Value: dpop.NewID()})
		wire.Reply(status, fields, body)(w, r, next)
	}
}

func (a *Actor) answersWith(server, what string) error {
	answer, err := failures.Of(what)
	if err != nil {
		return err
	}
	return a.plays(server, once, answer)
}

func (a *Actor) refusesProof(server string) error {
	e, err := servers.Of(server)
	if err != nil {
		return err
	}
	status, fields := http.StatusBadRequest, contentType("application/json")
	if takesToken(e.kind) {
		status = http.StatusUnauthorized
		fields = append(fields, wire.Field{
			Name: "WWW-Authenticate", Value: `DPoP error="invalid_dpop_proof", algs="ES256"`,
		})
	}
	return a.plays(server, always, wire.Reply(status, fields, `{"error":"invalid_dpop_proof"}`))
}
