package client

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func fetchedSteps(v *vocabulary.Vocabulary) {
	v.Word("tokens-asked", "What the latest call of an API asks of the token endpoint.", tokensAsked.Forms()...)
	g := vocabulary.For[Actor](v)
	g.Then(`^the API gets what the caller gave$`, (*Actor).apiGetsGiven,
		"Method, fields and body of the latest call must have arrived as the caller gave them.",
		"Then the API gets what the caller gave")
	g.Then(`^the API gets the whole body, or the client reports an error$`, (*Actor).wholeBody,
		"No request of the latest call may have arrived with another body than the caller gave, be it a repetition.",
		"Then the API gets the whole body, or the client reports an error")
	g.Then(`^the API gets a request for "([^"]+)"$`, (*Actor).apiGetsPath,
		"The first request to the API must have had that path.",
		`Then the API gets a request for "/v1/orders"`)
	g.Then(`^both APIs served the client with a token for themselves$`, (*Actor).servedByBoth,
		"Each of the two APIs must have got a token for its own audience, and answered 200.",
		"Then both APIs served the client with a token for themselves")
	g.Then(`^the latest call sends {tokens-asked}$`, (*Actor).callSends,
		"The latest call of an API must have led to such a request to the token endpoint.",
		"Then the latest call sends a token request")
	g.Then(`^the fetch of the caller saw method, URL, token and proof as they were sent$`, (*Actor).fetchSaw,
		"What the caller's fetch was given must be what reached the API.",
		"Then the fetch of the caller saw method, URL, token and proof as they were sent")
	g.Then(`^the answer of the caller's fetch is used$`, (*Actor).answerIsUsed,
		"The field that the caller's fetch added must be on the answer that the client hands on.",
		"Then the answer of the caller's fetch is used")
}

// apiGetsGiven compares the first request of the latest call.
func (a *Actor) apiGetsGiven() error {
	if a.Session.Triggered() {
		return world.NotApplicablef("a client driven by a trigger URL cannot be told to send these fields " +
			"and this content")
	}
	list := a.sentNow(toAPI)
	if len(list) == 0 {
		return world.Inconclusivef("the API got no request: %s", a.ending())
	}
	s := list[0]
	if s.Method != a.call.Method {
		return a.Expect(false, "a request with "+a.call.Method, "one with "+s.Method)
	}
	for name, value := range a.call.Headers {
		if got := s.Fields.Values(name); len(got) != 1 || got[0] != value {
			return a.Expect(false, fmt.Sprintf("the field %s: %s", name, value), fmt.Sprintf("%q", got))
		}
	}
	body := ""
	if a.call.Body != nil {
		body = *a.call.Body
	}
	return a.Expect(string(s.Body) == body, fmt.Sprintf("a body of %d octets", len(body)),
		fmt.Sprintf("%d octets, %q", len(s.Body), clipped(string(s.Body))))
}

func (a *Actor) wholeBody() error {
	list := a.sentNow(toAPI)
	if len(list) == 0 || a.call.Body == nil {
		return world.Inconclusivef("the API got no request with a body: %s", a.ending())
	}
	expected := fmt.Sprintf("the body of %d octets in every request, or an error", len(*a.call.Body))
	for i, s := range list {
		if got := string(s.Body); got != *a.call.Body {
			return a.Expect(false, expected, fmt.Sprintf("%d octets in request %d, %q", len(got), i+1, clipped(got)))
		}
	}
	return a.expect(!a.succeeded() || list[len(list)-1].Status/100 == 2, expected,
		fmt.Sprintf("so it is in all %d; then %s", len(list), a.ending()))
}

func (a *Actor) apiGetsPath(path string) error {
	list, err := a.requests(toAPI)
	if err != nil {
		return err
	}
	return a.Expect(list[0].Path() == path, "the path "+path, "the path "+list[0].Path())
}

func (a *Actor) servedByBoth() error {
	const expected = "each API to serve the client"
	for _, name := range []string{world.DefaultAPI, otherAPI} {
		api, err := a.API(name)
		if err != nil {
			return err
		}
		served := false
		for _, s := range a.sentTo(toAPI) {
			if s.origin != api.HTTP.URL {
				continue
			}
			if _, ok := s.Fact("served"); ok {
				served = true
			} else if s.Status != http.StatusOK {
				return a.expect(false, "each API to be called with a token for itself",
					fmt.Sprintf("%s answered %d", name, s.Status))
			}
		}
		if !served {
			return a.expect(false, expected, fmt.Sprintf("%s did not; %s", name, a.ending()))
		}
	}
	return a.Expect(true, expected, "so it is")
}

var tokensAsked = vocabulary.Meanings[func(*Actor, []sent) error]{
	"a token request": (*Actor).asksAnew,
	"a token request with that scope and audience":                      (*Actor).asksScoped,
	"a token request with the scopes and the audience of those options": (*Actor).asksAsOptioned,
	"one refresh request": (*Actor).refreshesOnce,
}

func (a *Actor) callSends(what string) error {
	judge, err := tokensAsked.Of(what)
	if err != nil {
		return err
	}
	return judge(a, a.sentNow(toToken))
}

func (a *Actor) asksAnew(asked []sent) error {
	return a.expect(len(asked) > 0, "a token request", fmt.Sprintf("%d token requests", len(asked)))
}

func (a *Actor) asksScoped(asked []sent) error {
	wanted := a.call.TokenOptions
	if wanted == nil {
		return fmt.Errorf("the latest call names no scope and no audience; put a When step that does before this one")
	}
	expected := "a token request with the scope " + wanted.Scope + " and the audience " + wanted.Audience
	for _, s := range asked {
		form := s.form()
		scoped := slices.Contains(strings.Fields(form.Get("scope")), wanted.Scope)
		if scoped && isFor(form, wanted.Audience) {
			return a.Expect(true, expected, "so it is")
		}
	}
	return a.expect(false, expected, fmt.Sprintf("%d token requests without; %s", len(asked), a.ending()))
}

func (a *Actor) refreshesOnce(asked []sent) error {
	count := 0
	for _, s := range asked {
		if s.form().Get("grant_type") == mockas.GrantRefresh && s.Status == http.StatusOK {
			count++
		}
	}
	return a.expect(count == 1, "one refresh request", fmt.Sprintf("%d", count))
}

func (a *Actor) fetchSaw() error {
	list := a.sentNow(toAPI)
	if a.fetched == nil || len(list) == 0 {
		return world.Inconclusivef("there was no answer; the client ended with %s", a.ending())
	}
	const expected = "the complete request"
	saw, s := a.fetched.Seen, list[len(list)-1]
	if saw == nil {
		return a.expect(false, "the caller's fetch to be called", "it was not")
	}
	authorization, _ := s.Fields.One("Authorization")
	proof, _ := s.Fields.One("DPoP")
	for name, pair := range map[string][2]string{
		"method":        {saw.Method, s.Method},
		"URL":           {saw.URL, s.uri()},
		"Authorization": {saw.Headers["authorization"], authorization},
		"DPoP":          {saw.Headers["dpop"], proof},
	} {
		if pair[0] != pair[1] || pair[0] == "" {
			return a.Expect(false, expected, "another "+name+" than was sent")
		}
	}
	return a.Expect(true, expected, "so it is")
}

func (a *Actor) answerIsUsed() error {
	if a.fetched == nil {
		return world.Inconclusivef("there was no answer; the client ended with %s", a.ending())
	}
	return a.Expect(a.fetched.Headers["x-custom-fetch"] != "", "the field X-Custom-Fetch on the answer",
		fmt.Sprintf("%v", a.fetched.Headers))
}
