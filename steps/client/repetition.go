package client

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func repetitionSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Actor](v)
	g.When(`^the client uses the {server}(?: again)?$`, (*Actor).uses,
		"Lets the client ask for a new token, push an authorization request, or send a POST with a body to an API.",
		"When the client uses the token endpoint")
	g.Then(`^the client repeats the request once with the nonce and a new proof$`, (*Actor).repeatsOnce,
		"The client must have sent exactly one more request: the same method, URI and body, the nonce of the challenge, a "+
			"new jti, the same key; and the same token, or one that it got for the repetition.",
		"Then the client repeats the request once with the nonce and a new proof")
	g.Then(`^the client stops after at most (\d+) requests$`, (*Actor).stops,
		"The client must have sent no more than so many requests in the latest step.",
		"Then the client stops after at most 2 requests")
}

func (a *Actor) uses(server string) error {
	if err := a.arrange(); err != nil {
		return err
	}
	e, err := servers.Of(server)
	if err != nil {
		return err
	}
	a.scripted = e.kind
	switch e.kind {
	case toToken:
		return a.acquire(true)
	case toPAR:
		return a.pushes()
	case toUserinfo:
		return a.asksUserinfo()
	}
	o, err := a.callOf("POST", e.api)
	if err != nil {
		return err
	}
	return a.fetch(o)
}

// scriptedCalls are the requests of the latest order to the endpoint that was told
// what to answer. Without a proof in the first there was nothing to challenge.
func (a *Actor) scriptedCalls() ([]sent, error) {
	calls := a.sentNow(a.scripted)
	switch {
	case len(calls) == 0:
		if err := a.began(); err != nil {
			return nil, err
		}
		return nil, world.Inconclusivef("the client sent nothing to the %s: %s", a.scripted, a.ending())
	case !calls[0].proven():
		return nil, world.NotApplicablef("the client sends no proof to the %s", a.scripted)
	}
	return calls, nil
}

func (a *Actor) repeatsOnce() error {
	const expected = "one repetition of the request with the nonce of the challenge and a new proof"
	calls, err := a.scriptedCalls()
	if err != nil {
		return err
	}
	if len(calls) != 2 {
		return a.expect(false, expected, fmt.Sprintf("%d requests, then %s", len(calls), a.ending()))
	}
	problem := repetition(calls[0], calls[1], a.gotMeanwhile(calls[1]))
	return a.Expect(problem == "", expected, orElse(problem, "so it is"))
}

func (a *Actor) stops(most int) error {
	calls, err := a.scriptedCalls()
	if err != nil {
		return err
	}
	return a.expect(len(calls) <= most, fmt.Sprintf("at most %d requests", most),
		fmt.Sprintf("%d requests, then %s", len(calls), a.ending()))
}

// gotMeanwhile reports whether a request goes with an access token that the client got
// in the course of the latest order: it may ask for one before each request.
func (a *Actor) gotMeanwhile(s sent) bool {
	c, _ := s.credentials()
	return c.Token != "" && slices.ContainsFunc(a.sentNow(toToken), func(asked sent) bool {
		body, err := dpop.ParseObject(asked.Reply)
		if err != nil || asked.Status != http.StatusOK {
			return false
		}
		got, err := body.Text("access_token")
		return err == nil && got == c.Token
	})
}

// repetition says in what a second request is not the first one with a nonce and a
// new proof. With another token it is, if the token is a new one.
func repetition(first, second sent, renewed bool) string {
	before, after := proofsIn([]sent{first}), proofsIn([]sent{second})
	if len(before) == 0 || len(after) == 0 {
		return "a request without a proof"
	}
	nonce, _ := first.givenNonce()
	if got := after[0].claim("nonce"); got != nonce {
		return fmt.Sprintf("the nonce %q instead of %q", clipped(got), clipped(nonce))
	}
	return differs(first, second, renewed)
}

// repeated says in what a second request is not the first one with a new proof,
// whatever its nonce.
func repeated(first, second sent) string { return differs(first, second, false) }

// differs is repeated; renewed lets the access token be another one.
func differs(first, second sent, renewed bool) string {
	before, after := proofsIn([]sent{first}), proofsIn([]sent{second})
	if len(before) == 0 || len(after) == 0 {
		return "a request without a proof"
	}
	one, two := before[0], after[0]
	token, _ := second.credentials()
	switch {
	case two.text == one.text || two.claim("jti") == one.claim("jti"):
		return "the jti of the first proof"
	case two.thumbprint() != one.thumbprint():
		return "another key"
	case renewed && two.claim("ath") != dpop.TokenHash(token.Token):
		return "an ath that is not of its new token"
	case !renewed && two.claim("ath") != one.claim("ath"):
		return "another ath"
	case second.Method != first.Method || second.Target != first.Target:
		return fmt.Sprintf("%s %s instead of %s %s", second.Method, second.Target, first.Method, first.Target)
	case first.assertion() != "" && first.assertion() == second.assertion():
		return "the client assertion of the first request"
	case !sameContent(first, second):
		return fmt.Sprintf("another body: %d octets instead of %d", len(second.Body), len(first.Body))
	case !renewed && credentialLines(first) != credentialLines(second):
		return "other credentials in Authorization"
	}
	return ""
}

func credentialLines(s sent) string { return strings.Join(s.Fields.Values("Authorization"), "\n") }

// sameContent compares bodies, but for a client assertion.
func sameContent(first, second sent) bool {
	if first.assertion() == "" {
		return bytes.Equal(first.Body, second.Body)
	}
	one, two := first.form(), second.form()
	one.Set("client_assertion", second.assertion())
	return one.Encode() == two.Encode()
}
