package client

import (
	"fmt"

	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func redirectSteps(v *vocabulary.Vocabulary) {
	v.Word("redirect-target", "Where a server redirects the client to.", redirectTargets.Forms()...)
	g := vocabulary.For[Actor](v)
	g.Given(`^the {server} redirects the client to {redirect-target} with the status (\d+)$`, (*Actor).redirects,
		"Lets a server answer with a redirect: the first request to another path of its own, to the second API or to "+
			"one on another host, or every request to /orders, which is a loop.",
		"Given the API redirects the client to another path with the status 307")
	g.Then(`^the other origin gets neither token nor proof$`, (*Actor).otherOriginGetsNothing,
		"No request that reached the API behind a redirect, or the second one, may carry Authorization or a proof; nor the "+
			"body of a request to the authorization server, which holds the client's secrets.",
		"Then the other origin gets neither token nor proof")
}

// redirectTarget is where and how often a server redirects.
type redirectTarget struct {
	times    int
	location func(*Actor) (string, error)
}

// redirectTargets come to an end, for a client that would follow for ever.
var redirectTargets = vocabulary.Meanings[redirectTarget]{
	"another path":   {once, ownPath("/moved/here")},
	"another origin": {once, collecting(otherAPI)},
	"another host":   {once, collecting(world.FarAPI)},
	"itself":         {60, ownPath("/orders")},
}

func ownPath(path string) func(*Actor) (string, error) {
	return func(*Actor) (string, error) { return path, nil }
}

// collecting is a path of another API.
func collecting(api string) func(*Actor) (string, error) {
	return func(a *Actor) (string, error) {
		if err := a.arrange(); err != nil {
			return "", err
		}
		other, err := a.API(api)
		if err != nil {
			return "", err
		}
		a.elsewhere = other.HTTP
		return other.Origin + "/collect", nil
	}
}

func (a *Actor) redirects(server, where string, status int) error {
	to, err := redirectTargets.Of(where)
	if err != nil {
		return err
	}
	location, err := to.location(a)
	if err != nil {
		return err
	}
	return a.plays(server, to.times, wire.Reply(status, wire.Fields{{Name: "Location", Value: location}}, ""))
}

func (a *Actor) otherOriginGetsNothing() error {
	other := a.elsewhere
	if other == nil { // nothing leads there but the client itself
		api, err := a.API(otherAPI)
		if err != nil {
			return err
		}
		other = api.HTTP
	}
	const expected = "neither token nor proof at the other origin"
	came := other.Exchanges()
	for _, name := range []string{"Authorization", "DPoP"} { // the worse first
		for _, e := range came {
			if len(e.Fields.Values(name)) > 0 {
				return a.Expect(false, expected, "a field "+name)
			}
		}
	}
	for _, e := range came {
		// What was meant for an API may follow a 307 (RFC 9110 §15.4.8).
		if !takesToken(a.scripted) && len(e.Body) > 0 {
			return a.Expect(false, "nothing of the request at the other origin",
				fmt.Sprintf("a body of %d octets", len(e.Body)))
		}
	}
	if err := a.began(); err != nil {
		return err
	}
	return a.expect(true, expected, fmt.Sprintf("%d requests there", other.Len()))
}
