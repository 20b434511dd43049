package client

import (
	"fmt"
	"net/http"

	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
)

func redirectSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Actor](v)
	g.Given(`^the (token endpoint|API) redirects the client to another (path|origin) with the status (\d+)$`, (*Actor).redirectsClient,
		"Lets a server answer the first request with a redirect: within itself, or to the API called invoices.",
		"Given the API redirects the client to another path with the status 307")
	g.Given(`^the API redirects the client in a loop$`, (*Actor).redirectsInLoop,
		"Lets the API answer every request with a redirect to itself.",
		"Given the API redirects the client in a loop")
	g.Then(`^the other origin gets neither token nor proof$`, (*Actor).otherOriginGetsNothing,
		"No request that reached the API called invoices may carry Authorization, a proof or a body.",
		"Then the other origin gets neither token nor proof")
}

func (w *Actor) redirectsClient(kind, where string, status int) error {
	location := "/moved/here"
	if where == "origin" {
		if _, err := w.arranged(); err != nil {
			return err
		}
		other, err := w.API("invoices")
		if err != nil {
			return err
		}
		location = other.Origin + "/collect"
	}
	return w.provoke(kind, wire.Reply(status, wire.Fields{{Name: "Location", Value: location}}, ""))
}

// redirectsInLoop ends at last, for a client that would follow for ever.
func (w *Actor) redirectsInLoop() error {
	script, match, err := w.provoked(toAPI)
	if err == nil {
		script.Then(wire.Answer{Match: match, Times: 60, Play: wire.Reply(http.StatusTemporaryRedirect, wire.Fields{{Name: "Location", Value: "/orders"}}, "")})
	}
	return err
}

func (w *Actor) otherOriginGetsNothing() error {
	other, err := w.API("invoices")
	if err != nil {
		return err
	}
	for _, e := range other.HTTP.Exchanges() {
		for _, name := range []string{"Authorization", "DPoP"} {
			if len(e.Fields.Values(name)) > 0 {
				return w.Expect(false, "neither token nor proof at the other origin", "a field "+name)
			}
		}
		if e.Method != http.MethodGet && len(e.Body) > 0 {
			return w.Expect(false, "nothing of the request at the other origin", fmt.Sprintf("a body of %d octets", len(e.Body)))
		}
	}
	if err := w.began(); err != nil {
		return err
	}
	return w.expect(true, "neither token nor proof at the other origin", fmt.Sprintf("%d requests there", other.HTTP.Len()))
}
