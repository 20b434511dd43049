package world

import (
	"testing"

	"github.com/dpopspec/dpopspec/target"
)

// What a server does is told of that server: a neighbour on the same origin, or one whose
// path begins alike, has not done it.
func TestAnExchangeIsThatOfTheServerWhichHasItsAddress(t *testing.T) {
	s := &target.Session{
		Metadata: target.Metadata{
			Issuer: "https://one.example", Token: "https://one.example/token?v=1", PAR: "https://one.example/api/par",
		},
		APIs: []target.RealAPI{
			{Name: "v1", URL: "https://one.example/api/v1", Path: "/orders?page=1"},
			{Name: "v10", URL: "https://one.example/api/v10/", Path: "orders"},
			{Name: "all", URL: "https://one.example", Path: "/probe"},
			{Name: "inner", URL: "https://two.example/a/b", Path: "/x"},
			{Name: "escaped", URL: "https://two.example/a%2Fb", Path: "/x"},
		},
	}
	w := &witness{session: s}
	as, api := target.AuthorizationServer, target.ResourceServer
	for address, want := range map[string]target.Place{
		"https://one.example/token":                {Role: as, Endpoint: "token"},
		"https://one.example/token?other=1":        {Role: as, Endpoint: "token"},
		"https://one.example/api/par":              {Role: as, Endpoint: "par"},
		"https://one.example/api/v1/orders?page=2": {Role: api, Endpoint: "api"},
		"https://one.example/api/v1":               {Role: api, Endpoint: "/api/v1"},
		"https://one.example/api/v10/orders":       {Role: api, Endpoint: "api"},
		"https://one.example/api/v1x":              {Role: api, Endpoint: "/api/v1x"}, // of the one at the root
		"https://one.example/probe":                {Role: api, Endpoint: "api"},
		"https://two.example/a/b/x":                {Role: api, Endpoint: "api"},
		"https://two.example/a%2Fb/x":              {Role: api, Endpoint: "api"},
	} {
		if got, known := w.placeOf(address); !known || got != want {
			t.Errorf("%s: %+v, %v; want %+v", address, got, known, want)
		}
	}
	for _, address := range []string{
		"https://two.example/a/bc", "https://two.example/a", "http://one.example/token", "https://three.example/",
	} {
		if got, known := w.placeOf(address); known {
			t.Errorf("%s: taken for that of %+v", address, got)
		}
	}
	s.APIs = s.APIs[:2]
	if got, known := w.placeOf("https://one.example/api/v1x"); !known || got.Role != as {
		t.Errorf("an address of no API at the origin of the issuer: %+v, %v", got, known)
	}
}
