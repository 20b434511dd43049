package client

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func nonceSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Actor](v)
	g.Given(`^the (token endpoint|PAR endpoint|API) challenges the client (once|for ever with new nonces|for ever with one nonce|for ever without a nonce|once its nonce is old|and gives another nonce with its success)$`, (*Actor).challengesClient,
		"Lets a server answer requests of the client with use_dpop_nonce (RFC 9449 §8, §9).",
		"Given the API challenges the client once")
	g.Given(`^the (token endpoint|PAR endpoint|API) challenges the client with a nonce that (.+)$`, (*Actor).challengesWithNonce,
		"Lets a server challenge once, with a nonce of a kind: "+nonceNames(soundNonces)+".",
		"Given the API challenges the client with a nonce that is a JWT")
	g.Given(`^the (token endpoint|PAR endpoint|API) sends the client a malformed nonce: (.+)$`, (*Actor).sendsMalformedNonce,
		"Lets a server send DPoP-Nonce lines that are no nonce with its first success: "+nonceNames(brokenNonces)+".",
		"Given the API sends the client a malformed nonce: one with a quote")
	g.Given(`^the (token endpoint|PAR endpoint|API) hands the client (a new nonce with every answer|a nonce with its first answer)$`, (*Actor).handsNonces,
		"Lets a server hand out nonces without asking for them.",
		"Given the API hands the client a new nonce with every answer")
	g.Given(`^the token endpoint leaves the nonce out of its success$`, (*Actor).missesNonce,
		"Lets the token endpoint answer successes without DPoP-Nonce, though nonces are demanded.",
		"Given the token endpoint leaves the nonce out of its success")
	g.Given(`^the API hands the client a nonce with the status (\d+)$`, (*Actor).handsNonceWithStatus,
		"Lets the API answer its first request with that status and a nonce.",
		"Given the API hands the client a nonce with the status 204")
	g.When(`^the client uses the (token endpoint|PAR endpoint|API)(?: again)?$`, (*Actor).uses,
		"Lets the client ask for a new token, push an authorization request, or send a POST with a body to the API.",
		"When the client uses the token endpoint")
	g.Then(`^the client repeats the request once with the nonce and a new proof$`, (*Actor).repeats,
		"The client must have sent exactly one more request: the same method, URI, body and token, the nonce of the challenge, a new jti, the same key.",
		"Then the client repeats the request once with the nonce and a new proof")
	g.Then(`^the client repeats no request$`, (*Actor).repeatsNothing,
		"The client must have sent the request of the latest step exactly once.",
		"Then the client repeats no request")
	g.Then(`^the client stops after at most (\d+) requests$`, (*Actor).stops,
		"The client must have sent no more than so many requests in the latest step.",
		"Then the client stops after at most 2 requests")
	g.Then(`^the nonce of the login is none of the DPoP nonces$`, (*Actor).loginNonceDiffers,
		"The OpenID Connect nonce of the authorization request must be none that came in DPoP-Nonce, nor go into a proof.",
		"Then the nonce of the login is none of the DPoP nonces")
}

// namedNonce is a kind of nonce.
type namedNonce struct {
	name  string
	lines []string
}

// every is each character that a nonce may have (NQCHAR, RFC 6749 app. A).
var everyNonceCharacter = func() string {
	var b strings.Builder
	for c := byte(0x21); c < 0x7f; c++ {
		if c != '"' && c != '\\' {
			b.WriteByte(c)
		}
	}
	return b.String()
}()

var soundNonces = []namedNonce{
	{"has every character that a nonce may have", []string{everyNonceCharacter}},
	{"has 2048 characters", []string{strings.Repeat("aB3-_.~x", 256)}},
	{"is a JWT", []string{"eyJhbGciOiJIUzI1NiJ9.eyJpYXQiOjF9.c2lnbmF0dXJl"}},
	{"ends with equals signs", []string{"bm9uY2U=="}},
	{"has percent signs and a plus", []string{"a%20b%2Fc+d%"}},
	{"has one character", []string{"7"}},
	{"is in upper and lower case", []string{"NonCe-AbC"}},
}

var brokenNonces = []namedNonce{
	{"an empty one", []string{""}},
	{"one with a blank", []string{"two words"}},
	{"one with a quote", []string{`x","admin":"yes`}},
	{"one with a backslash", []string{`x\`}},
	{"one beyond ASCII", []string{"n\xc3\xb6nce"}},
	{"one with a tab", []string{"a\tb"}},
	{"two lines", []string{"first", "second"}},
}

func nonceNames(list []namedNonce) string {
	names := make([]string, len(list))
	for i, n := range list {
		names[i] = n.name
	}
	return strings.Join(names, "; ")
}

func findNonce(list []namedNonce, name string) ([]string, error) {
	for _, n := range list {
		if n.name == name {
			return n.lines, nil
		}
	}
	return nil, fmt.Errorf("no nonce is called %q; there are: %s", name, nonceNames(list))
}

// at returns the script of a server and the test for requests to the endpoint.
func (w *Actor) provoked(kind string) (*wire.Script, func(*http.Request) bool, error) {
	a, err := w.arranged()
	if err != nil {
		return nil, nil, err
	}
	a.script.kind = kind
	if kind != toAPI && w.Session.Triggered() {
		return nil, nil, w.ClientKeeps()
	}
	if kind == toAPI {
		api, err := w.API(world.DefaultAPI)
		if err != nil {
			return nil, nil, err
		}
		return &api.HTTP.Script, func(r *http.Request) bool { return !strings.Contains(r.URL.Path, "/.well-known/") }, nil
	}
	as, err := w.AS()
	if err != nil {
		return nil, nil, err
	}
	path := map[string]string{toToken: mockas.PathToken, toPAR: mockas.PathPAR, toRegister: mockas.PathRegister}[kind]
	return &as.HTTP.Script, wire.Path(path), nil
}

// answers lets an endpoint play reactions in order, each once.
func (w *Actor) provoke(kind string, plays ...reaction) error {
	script, match, err := w.provoked(kind)
	if err != nil {
		return err
	}
	for _, play := range plays {
		script.Then(wire.Answer{Match: match, Play: play})
	}
	return nil
}

type reaction = func(http.ResponseWriter, *http.Request, http.Handler)

// challenge asks for a nonce as RFC 9449 §8 and §9 word it.
func nonceChallenge(kind string, nonces ...string) reaction {
	fields := wire.Fields{{Name: "Cache-Control", Value: "no-store"}, {Name: "Content-Type", Value: "application/json"}}
	for _, nonce := range nonces {
		fields = append(fields, wire.Field{Name: "DPoP-Nonce", Value: nonce})
	}
	const body = `{"error":"use_dpop_nonce","error_description":"a nonce is needed"}`
	if kind == toAPI {
		fields = append(fields, wire.Field{Name: "WWW-Authenticate", Value: `DPoP error="use_dpop_nonce", error_description="a nonce is needed", algs="ES256 PS256"`})
		return wire.Reply(http.StatusUnauthorized, fields, body)
	}
	return wire.Reply(http.StatusBadRequest, fields, body)
}

// giving lets the server answer as it would, with nonces of ours.
func givingNonces(nonces func() []string) reaction {
	return wire.Altered(func(_ *int, header http.Header, _ *[]byte) {
		header.Del("DPoP-Nonce")
		if lines := nonces(); len(lines) > 0 {
			header["Dpop-Nonce"] = lines
		}
	})
}

func alwaysNonce(lines ...string) func() []string { return func() []string { return lines } }

func freshNonce() []string { return []string{dpop.NewID()} }

// forEver is how often a server challenges that never gives in. It must end: a
// client that never gives in either would hang the case.
const forEver = 25

func (w *Actor) challengesClient(kind, how string) error {
	switch how {
	case "once":
		return w.provoke(kind, nonceChallenge(kind, freshNonce()...))
	case "once its nonce is old":
		return w.provoke(kind, givingNonces(freshNonce), nonceChallenge(kind, freshNonce()...))
	case "and gives another nonce with its success":
		return w.provoke(kind, nonceChallenge(kind, freshNonce()...), givingNonces(freshNonce))
	}
	one := freshNonce()
	var plays []reaction
	for range forEver {
		switch how {
		case "for ever with new nonces":
			one = freshNonce()
		case "for ever without a nonce":
			one = nil
		}
		plays = append(plays, nonceChallenge(kind, one...))
	}
	return w.provoke(kind, plays...)
}

func (w *Actor) challengesWithNonce(kind, name string) error {
	lines, err := findNonce(soundNonces, name)
	if err != nil {
		return err
	}
	return w.provoke(kind, nonceChallenge(kind, lines...))
}

func (w *Actor) sendsMalformedNonce(kind, name string) error {
	lines, err := findNonce(brokenNonces, name)
	if err != nil {
		return err
	}
	return w.provoke(kind, givingNonces(alwaysNonce(lines...)))
}

func (w *Actor) handsNonces(kind, how string) error {
	script, match, err := w.provoked(kind)
	if err != nil {
		return err
	}
	answer := wire.Answer{Match: match, Play: givingNonces(freshNonce)}
	if how == "a new nonce with every answer" {
		answer.Times = -1
	}
	script.Then(answer)
	return nil
}

func (w *Actor) missesNonce() error {
	script, match, err := w.provoked(toToken)
	if err == nil {
		script.Then(wire.Answer{Match: match, Times: -1, Play: wire.Altered(func(status *int, header http.Header, _ *[]byte) {
			if *status == http.StatusOK {
				delete(header, "Dpop-Nonce")
				delete(header, "DPoP-Nonce")
			}
		})})
	}
	return err
}

func (w *Actor) handsNonceWithStatus(status int) error {
	fields := wire.Fields{{Name: "DPoP-Nonce", Value: dpop.NewID()}}
	body := "{}"
	if status == http.StatusNoContent || status == http.StatusNotModified {
		body = ""
	}
	if status == http.StatusUnauthorized {
		fields = append(fields, wire.Field{Name: "WWW-Authenticate", Value: `DPoP error="insufficient_scope"`})
	}
	return w.provoke(toAPI, wire.Reply(status, fields, body))
}

func (w *Actor) uses(kind string) error {
	a, err := w.arranged()
	if err != nil {
		return err
	}
	a.script.kind = kind
	switch kind {
	case toToken:
		return w.acquireToken(true)
	case toPAR:
		return w.pushes()
	}
	return w.fetches("POST", "/orders")
}

func (w *Actor) repeats() error {
	a, err := w.arranged()
	if err != nil {
		return err
	}
	calls := w.sentNow(a.script.kind)
	const expected = "one repetition of the request with the nonce of the challenge and a new proof"
	if err := w.wasProven(calls); err != nil {
		return err
	}
	if len(calls) != 2 {
		return w.expect(false, expected, fmt.Sprintf("%d requests, then %s", len(calls), a.ending()))
	}
	return w.Expect(repetition(calls[0], calls[1]) == "", expected, orElse(repetition(calls[0], calls[1]), "so it is"))
}

// wasProven ends a case about challenges where there was no proof that
// could have been challenged.
func (w *Actor) wasProven(calls []sent) error {
	a := w
	switch {
	case len(calls) == 0:
		if err := w.began(); err != nil {
			return err
		}
		return world.Inconclusivef("the client sent nothing to the %s: %s", a.script.kind, a.ending())
	case len(calls[0].Fields.Values("DPoP")) == 0:
		return world.NotApplicablef("the client sends no proof to the %s", a.script.kind)
	}
	return nil
}

// repetition says in what a second request is not the first one with a nonce
// and a new proof.
func repetition(first, second sent) string {
	before, after := proofsIn([]sent{first}), proofsIn([]sent{second})
	if len(before) == 0 || len(after) == 0 {
		return "a request without a proof"
	}
	nonce, _ := first.givenNonce()
	one, two := before[0], after[0]
	switch {
	case two.claim("nonce") != nonce:
		return fmt.Sprintf("the nonce %q instead of %q", clipped(two.claim("nonce")), clipped(nonce))
	case two.text == one.text || two.claim("jti") == one.claim("jti"):
		return "the jti of the first proof"
	case two.thumbprint() != one.thumbprint():
		return "another key"
	case two.claim("ath") != one.claim("ath"):
		return "another ath"
	case second.Method != first.Method || second.Target != first.Target:
		return fmt.Sprintf("%s %s instead of %s %s", second.Method, second.Target, first.Method, first.Target)
	case !sameContent(first, second):
		return fmt.Sprintf("another body: %d octets instead of %d", len(second.Body), len(first.Body))
	case strings.Join(second.Fields.Values("Authorization"), "\n") != strings.Join(first.Fields.Values("Authorization"), "\n"):
		return "other credentials in Authorization"
	}
	return ""
}

// sameContent compares bodies; a client assertion has to be new.
func sameContent(first, second sent) bool {
	one, two := first.form(), second.form()
	if first.kind == toAPI || !one.Has("client_assertion") {
		return bytes.Equal(first.Body, second.Body)
	}
	renewed := one.Get("client_assertion") != two.Get("client_assertion")
	one.Del("client_assertion")
	two.Del("client_assertion")
	return renewed && one.Encode() == two.Encode()
}

func (w *Actor) repeatsNothing() error {
	a, err := w.arranged()
	if err != nil {
		return err
	}
	sent := w.sentNow(a.script.kind)
	if err := w.wasProven(sent); err != nil {
		return err
	}
	calls := len(w.answersTo(sent))
	return w.expect(calls == 1, "the request not to be repeated", fmt.Sprintf("%d requests", calls))
}

func (w *Actor) stops(most int) error {
	a, err := w.arranged()
	if err != nil {
		return err
	}
	sent := w.sentNow(a.script.kind)
	if err := w.wasProven(sent); err != nil {
		return err
	}
	calls := len(sent)
	return w.expect(calls <= most, fmt.Sprintf("at most %d requests", most), fmt.Sprintf("%d requests, then %s", calls, a.ending()))
}

func (w *Actor) loginNonceDiffers() error {
	given := map[string]bool{}
	for _, s := range w.sentTo("") {
		if nonce, ok := s.givenNonce(); ok {
			given[nonce] = true
		}
	}
	var login string
	for _, s := range append(w.sentTo(toAuthorize), w.sentTo(toPAR)...) {
		_, query, _ := strings.Cut(s.Target, "?")
		if nonce := readForm(query).Get("nonce") + s.form().Get("nonce"); nonce != "" {
			login = nonce
		}
	}
	if len(given) == 0 {
		return world.Inconclusivef("the client got no DPoP nonce; it ended with %s", w.ending())
	}
	if login == "" {
		return world.NotApplicablef("the client sends no OpenID Connect nonce")
	}
	for _, p := range proofsIn(w.sentTo("")) {
		if p.claim("nonce") == login {
			return w.Expect(false, "the nonce of the login in no proof", "it is in a proof to the "+p.kind)
		}
	}
	return w.Expect(!given[login], "a nonce of its own for the login", "a DPoP nonce in the authorization request")
}
