package steps

import (
	"fmt"
	"net/http"

	"github.com/dpopspec/dpopspec/internal/wire"
)

func init() {
	registrations = append(registrations, func(v *Vocabulary) {
		v.Given(`^the (token endpoint|API) redirects the client to another (path|origin) with the status (\d+)$`, (*World).clientRedirectsClient,
			"Lets a server answer the first request with a redirect: within itself, or to the API called invoices.",
			"Given the API redirects the client to another path with the status 307")
		v.Given(`^the API redirects the client in a loop$`, (*World).clientRedirectsInLoop,
			"Lets the API answer every request with a redirect to itself.",
			"Given the API redirects the client in a loop")
		v.Then(`^the other origin gets neither token nor proof$`, (*World).clientOtherOriginGetsNothing,
			"No request that reached the API called invoices may carry Authorization, a proof or a body.",
			"Then the other origin gets neither token nor proof")
	})
}

func (w *World) clientRedirectsClient(kind, where string, status int) error {
	location := "/moved/here"
	if where == "origin" {
		if _, err := w.clientActor(); err != nil {
			return err
		}
		other, err := w.API("invoices")
		if err != nil {
			return err
		}
		location = other.Origin + "/collect"
	}
	return w.clientProvoke(kind, wire.Reply(status, wire.Fields{{Name: "Location", Value: location}}, ""))
}

// clientRedirectsInLoop ends at last, for a client that would follow for ever.
func (w *World) clientRedirectsInLoop() error {
	script, match, err := w.clientProvoked(toAPI)
	if err == nil {
		script.Then(wire.Answer{Match: match, Times: 60, Play: wire.Reply(http.StatusTemporaryRedirect, wire.Fields{{Name: "Location", Value: "/orders"}}, "")})
	}
	return err
}

func (w *World) clientOtherOriginGetsNothing() error {
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
	if err := w.clientBegan(); err != nil {
		return err
	}
	return w.clientExpect(true, "neither token nor proof at the other origin", fmt.Sprintf("%d requests there", other.HTTP.Len()))
}
