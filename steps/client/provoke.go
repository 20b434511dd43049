package client

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
)

func provokeSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Actor](v)
	g.Given(`^the API challenges the client in the form "([^"]+)"$`, (*Actor).challengesInForm,
		"Lets the API challenge once for a nonce, worded in a form: "+challengeNames(nonceChallenges)+".",
		`Given the API challenges the client in the form "the scheme in lower case"`)
	g.Given(`^the API refuses the client (for ever )?in the form "([^"]+)"$`, (*Actor).refusesInForm,
		"Lets the API refuse with a nonce but without asking for one, in a form: "+challengeNames(refusalForms)+".",
		`Given the API refuses the client in the form "invalid_token"`)
	g.Given(`^the token endpoint refuses the client with (.+) and a nonce$`, (*Actor).refusesToken,
		"Lets the token endpoint refuse once with an error other than use_dpop_nonce, and a DPoP-Nonce.",
		"Given the token endpoint refuses the client with invalid_grant and a nonce")
	g.Given(`^the (token endpoint|PAR endpoint|API) (?:answers the client|fails) with (.+)$`, (*Actor).answersWith,
		"Lets a server fail once, or answer nonsense: "+failureNames()+".",
		"Given the API fails with the status 503")
	g.Given(`^the token endpoint gives the client the token type "([^"]+)"$`, (*Actor).givesTokenType,
		"Lets the token endpoint answer with that token_type.",
		`Given the token endpoint gives the client the token type "Bearer"`)
	g.Given(`^the token endpoint gives the client no token type$`, (*Actor).givesNoTokenType,
		"Lets the token endpoint answer without token_type.",
		"Given the token endpoint gives the client no token type")
	g.When(`^the client gets a token and fetches from the API$`, (*Actor).getsAndFetches,
		"Lets the client get a token and, unless it reports an error, call the API with it.",
		"When the client gets a token and fetches from the API")
	g.Given(`^a proxy answers the client with Proxy-Authenticate$`, (*Actor).proxyChallenges,
		"Lets the first request to the API be answered as by a proxy: 407 with a DPoP challenge (RFC 9110 §11.7.1).",
		"Given a proxy answers the client with Proxy-Authenticate")
	g.Then(`^the client sends no credentials to the proxy$`, (*Actor).noProxyCredentials,
		"No request of the client may have a Proxy-Authorization field.",
		"Then the client sends no credentials to the proxy")
}

// form is a way of wording an answer.
type form struct {
	name  string
	lines []string // of WWW-Authenticate
	code  int      // 401 if 0
}

// nonceChallenges all ask for a nonce (RFC 9449 §9, RFC 9110 §11.6.1).
var nonceChallenges = []form{
	{"an unknown attribute before error", []string{`DPoP hint="x", error="use_dpop_nonce", algs="ES256"`}, 0},
	{"an unknown attribute after error", []string{`DPoP error="use_dpop_nonce", hint="x", algs="ES256"`}, 0},
	{"resource_metadata", []string{`DPoP error="use_dpop_nonce", resource_metadata="https://orders.example/.well-known/oauth-protected-resource"`}, 0},
	{"a token68 challenge before it", []string{`Negotiate YWJjZGVm==, DPoP error="use_dpop_nonce", algs="ES256"`}, 0},
	{"an unknown scheme before it", []string{`Digest realm="a", nonce="b", qop="auth", DPoP error="use_dpop_nonce"`}, 0},
	{"an unknown scheme after it", []string{`DPoP error="use_dpop_nonce", Digest realm="a", nonce="b"`}, 0},
	{"the scheme in lower case", []string{`dpop error="use_dpop_nonce", algs="ES256"`}, 0},
	{"the scheme in upper case", []string{`DPOP error="use_dpop_nonce", algs="ES256"`}, 0},
	{"attribute names in upper case", []string{`DPoP ERROR="use_dpop_nonce", ALGS="ES256"`}, 0},
	{"error behind the other attributes", []string{`DPoP algs="ES256", error_description="a nonce is needed", error="use_dpop_nonce"`}, 0},
	{"error as a token", []string{`DPoP error=use_dpop_nonce, algs="ES256"`}, 0},
	{"blanks around the equals sign", []string{`DPoP error = "use_dpop_nonce" , algs = "ES256"`}, 0},
	{"no blank after a comma", []string{`DPoP algs="ES256",error="use_dpop_nonce"`}, 0},
	{"empty list elements", []string{`, DPoP error="use_dpop_nonce", , algs="ES256",`}, 0},
	{"a quoted comma before error", []string{`DPoP error_description="please, send a nonce, then go on", error="use_dpop_nonce"`}, 0},
	{"an escaped quote before error", []string{`DPoP error_description="say \"nonce\", please", error="use_dpop_nonce"`}, 0},
	{"words of a challenge in quotes", []string{`DPoP realm="Bearer error=\"invalid_token\"", error="use_dpop_nonce"`}, 0},
	{"a Bearer challenge before it", []string{`Bearer realm="orders", DPoP error="use_dpop_nonce", algs="ES256"`}, 0},
	{"a Bearer challenge after it", []string{`DPoP error="use_dpop_nonce", algs="ES256", Bearer realm="orders"`}, 0},
	{"a Bearer challenge in a line before", []string{`Bearer realm="orders"`, `DPoP error="use_dpop_nonce", algs="ES256"`}, 0},
	{"a Bearer challenge in a line after", []string{`DPoP error="use_dpop_nonce", algs="ES256"`, `Bearer realm="orders"`}, 0},
	{"two blanks after the scheme", []string{`DPoP  error="use_dpop_nonce"`}, 0},
	{"status 400", []string{`DPoP error="use_dpop_nonce", algs="ES256"`}, 400},
	{"in a JSON body alone", nil, 0},
}

// refusalForms come with a nonce but do not ask for one.
var refusalForms = []form{
	{"use_dpop_nonce in error_description", []string{`DPoP error="invalid_token", error_description="use_dpop_nonce is what another server would say"`}, 0},
	{"use_dpop_nonce as realm", []string{`DPoP realm="use_dpop_nonce", error="invalid_token"`}, 0},
	{"use_dpop_nonce in another attribute", []string{`DPoP error="invalid_token", last_error="use_dpop_nonce"`}, 0},
	{"another error that begins so", []string{`DPoP error="use_dpop_nonce_later"`}, 0},
	{"invalid_token", []string{`DPoP error="invalid_token", algs="ES256"`}, 0},
	{"insufficient_scope with status 403", []string{`DPoP error="insufficient_scope"`}, 403},
	{"a DPoP challenge alone", []string{`DPoP algs="ES256"`}, 0},
	{"a Bearer challenge before a DPoP one", []string{`Bearer realm="orders"`, `DPoP algs="ES256"`}, 0},
	{"both schemes without error", []string{`DPoP algs="ES256", Bearer`}, 0},
}

func challengeNames(list []form) string {
	names := make([]string, len(list))
	for i, f := range list {
		names[i] = f.name
	}
	return strings.Join(names, "; ")
}

// worded is the reaction that answers in a form, with a nonce.
func worded(list []form, name string) (reaction, error) {
	i := slices.IndexFunc(list, func(f form) bool { return f.name == name })
	if i < 0 {
		return nil, fmt.Errorf("no form of answer is called %q; there are: %s", name, challengeNames(list))
	}
	f := list[i]
	fields := wire.Fields{{Name: "DPoP-Nonce", Value: dpop.NewID()}}
	for _, line := range f.lines {
		fields = append(fields, wire.Field{Name: "WWW-Authenticate", Value: line})
	}
	status := http.StatusUnauthorized
	if f.code != 0 {
		status = f.code
	}
	body := ""
	if f.lines == nil {
		body = `{"error":"use_dpop_nonce"}`
		fields = append(fields, wire.Field{Name: "Content-Type", Value: "application/json"})
	}
	return wire.Reply(status, fields, body), nil
}

func (w *Actor) challengesInForm(name string) error {
	answer, err := worded(nonceChallenges, name)
	if err != nil {
		return err
	}
	return w.provoke(toAPI, answer)
}

func (w *Actor) refusesInForm(forEver, name string) error {
	answer, err := worded(refusalForms, name)
	if err != nil {
		return err
	}
	script, match, err := w.provoked(toAPI)
	if err != nil {
		return err
	}
	times := 1
	if forEver != "" {
		times = -1
	}
	script.Then(wire.Answer{Match: match, Times: times, Play: answer})
	return nil
}

func (w *Actor) refusesToken(how string) error {
	status, body := http.StatusBadRequest, fmt.Sprintf(`{"error":%q}`, how)
	switch how {
	case "invalid_client":
		status = http.StatusUnauthorized
	case "a text that is not JSON":
		body = "error=use_dpop_nonce"
	case "use_dpop_nonce in its description":
		body = `{"error":"invalid_request","error_description":"use_dpop_nonce is unknown here"}`
	case "use_dpop_nonce as the name of a member":
		body = `{"error":"invalid_request","use_dpop_nonce":"error"}`
	case "use_dpop_nonce in letters of another case":
		body = `{"error":"USE_DPOP_NONCE"}`
	case "use_dpop_nonce and the status 500":
		status, body = http.StatusInternalServerError, `{"error":"use_dpop_nonce"}`
	}
	fields := wire.Fields{{Name: "Content-Type", Value: "application/json"}, {Name: "DPoP-Nonce", Value: dpop.NewID()}}
	return w.provoke(toToken, wire.Reply(status, fields, body))
}

// failures are answers that make no sense, or failures that may pass.
var failures = map[string]reaction{
	"the status 429":               wire.Reply(429, wire.Fields{{Name: "Retry-After", Value: "0"}}, ""),
	"the status 500":               wire.Reply(500, nil, ""),
	"the status 502":               wire.Reply(502, nil, ""),
	"the status 503":               wire.Reply(503, nil, ""),
	"the status 504":               wire.Reply(504, nil, ""),
	"the status 404":               wire.Reply(404, nil, `{"error":"no such thing"}`),
	"a cut connection":             wire.Cut,
	"an empty body":                asJSON(""),
	"HTML":                         wire.Reply(200, wire.Fields{{Name: "Content-Type", Value: "text/html"}}, "<html><body>Welcome</body></html>"),
	"JSON nested too deep":         asJSON(strings.Repeat(`{"access_token":`, 20000)),
	"JSON cut in the middle":       asJSON(`{"access_token":"abc","token_ty`),
	"a token that no field takes":  asJSON(`{"access_token":"a\r\nX-Injected: yes","token_type":"DPoP"}`),
	"no access token":              asJSON(`{"token_type":"DPoP","expires_in":600}`),
	"a megabyte of blanks":         asJSON(strings.Repeat(" ", 1<<20)),
	"a challenge of 8000 letters":  challengeLine(`DPoP error="` + strings.Repeat("x", 8000) + `"`),
	"a hundred challenges":         challengeLine(strings.TrimSuffix(strings.Repeat(`Scheme a="b", `, 100), ", ")),
	"a challenge cut in a quote":   challengeLine(`DPoP error="use_dpop_no`),
	"a status that does not exist": wire.Reply(799, nil, ""),
}

func asJSON(body string) reaction {
	return wire.Reply(200, wire.Fields{{Name: "Content-Type", Value: "application/json"}}, body)
}

func challengeLine(line string) reaction {
	return wire.Reply(401, wire.Fields{{Name: "WWW-Authenticate", Value: line}}, "")
}

func failureNames() string {
	var names []string
	for name := range failures {
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, "; ")
}

func (w *Actor) answersWith(kind, name string) error {
	answer, found := failures[name]
	if !found {
		return fmt.Errorf("no failure is called %q; there are: %s", name, failureNames())
	}
	return w.provoke(kind, answer)
}

func (w *Actor) givesTokenType(name string) error {
	if err := w.everyCallSucceeds(); err != nil {
		return err
	}
	return w.alterTokenResponses(func(body *dpop.Object) { body.Set("token_type", name) })
}

func (w *Actor) givesNoTokenType() error {
	if err := w.everyCallSucceeds(); err != nil {
		return err
	}
	return w.alterTokenResponses(func(body *dpop.Object) { body.Delete("token_type") })
}

func (w *Actor) getsAndFetches() error {
	if w.Session.Triggered() {
		return w.fetchesAny() // it sees to its tokens by itself
	}
	if err := w.acquireToken(false); err != nil || w.problem != nil {
		return err
	}
	return w.fetchesAny()
}

func (w *Actor) proxyChallenges() error {
	return w.provoke(toAPI, wire.Reply(http.StatusProxyAuthRequired, wire.Fields{
		{Name: "Proxy-Authenticate", Value: `DPoP error="use_dpop_nonce", algs="ES256"`},
		{Name: "DPoP-Nonce", Value: dpop.NewID()},
	}, ""))
}

func (w *Actor) noProxyCredentials() error {
	return w.everyRequest(toAPI, "no Proxy-Authorization field", func(s sent) string {
		return unless(len(s.Fields.Values("Proxy-Authorization")) == 0, "a Proxy-Authorization field")
	})
}
