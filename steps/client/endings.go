package client

import (
	"github.com/dpopspec/dpopspec/steps/vocabulary"
)

func endingSteps(v *vocabulary.Vocabulary) {
	v.Word("ending", "How the client must have ended what it was asked for last.", endings.Forms()...)
	g := vocabulary.For[Actor](v)
	g.Then(`^the client {ending}$`, (*Actor).ends,
		"The client must have ended so. It succeeds if it reports no error and, after a call of the API, hands on an "+
			"answer of success; it fails cleanly if it reports an error, or hands on the answer that refused its request.",
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
	"fails cleanly": {"the client to report an error or to hand the refusal on", func(a *Actor) bool {
		return a.problem != nil || a.fetched != nil && a.fetched.Status/100 != 2
	}},
	"has a token or reports an error": {"a token or an error", func(a *Actor) bool {
		return a.holds || a.problem != nil
	}},
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
