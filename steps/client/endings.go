package client

import (
	"slices"

	"github.com/dpopspec/dpopspec/steps/vocabulary"
)

func endingSteps(v *vocabulary.Vocabulary) {
	v.Word("ending", "How the client must have ended what it was asked for last.", endings.Forms()...)
	g := vocabulary.For[Actor](v)
	g.Then(`^the client {ending}$`, (*Actor).ends,
		"The client must have ended so. It succeeds if it reports no error and, after a call of the API, hands on an "+
			"answer of success; it fails cleanly if it reports an error, or hands on the answer that refused its request. "+
			"It goes on with another token if each request after the first has another one: whoever met a 401 may try "+
			"again with other credentials (RFC 9110 §15.5.2, RFC 6750 §3.1).",
		"Then the client succeeds")
}

// ending is how a client can end.
type ending struct {
	expected string
	so       func(*Actor) bool
}

var endings = vocabulary.Meanings[ending]{
	"succeeds":         {"the client to succeed", (*Actor).succeeded},
	"reports an error": {"the client to report an error", func(a *Actor) bool { return a.problem != nil }},
	"fails cleanly":    {"the client to report an error or to hand the refusal on", (*Actor).failedCleanly},
	"fails cleanly or goes on with another token": {
		"the client to report an error, to hand the refusal on, or to get another token and go on with that",
		func(a *Actor) bool { return a.failedCleanly() || a.wentOnWithAnotherToken() },
	},
	"has a token or reports an error": {"a token or an error", func(a *Actor) bool {
		return a.holds || a.problem != nil
	}},
}

// failedCleanly reports whether the client told that it did not get what it was asked for.
func (a *Actor) failedCleanly() bool {
	return a.problem != nil || a.fetched != nil && a.fetched.Status/100 != 2
}

// wentOnWithAnotherToken reports whether the API was called again, and never again with
// the token that was sent first.
func (a *Actor) wentOnWithAnotherToken() bool {
	calls := a.sentNow(toAPI)
	if len(calls) < 2 {
		return false
	}
	first, _ := calls[0].credentials()
	return !slices.ContainsFunc(calls[1:], func(s sent) bool {
		later, whole := s.credentials()
		return !whole || later.Token == first.Token
	})
}

func (a *Actor) ends(how string) error {
	e, err := endings.Of(how)
	if err != nil {
		return err
	}
	if err := a.began(); err != nil {
		return err
	}
	return a.expect(e.so(a), e.expected, a.ending())
}
