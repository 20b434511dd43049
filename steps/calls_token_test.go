package steps

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/target"
)

// realWorld returns the World of a case whose authorization server and API are
// both somebody else's, as far as it knows. The client may use one grant.
func realWorld(t *testing.T, grant string, handler http.HandlerFunc) *World {
	t.Helper()
	client := StandardClients()[0]
	client.Grants = []string{grant}
	return newWorld(t, stranger(t, realServer(t, func(*mockas.Config) {}), client, handler), "")
}

// realServer serves an authorization server that is somebody else's and returns
// its issuer.
func realServer(t *testing.T, arrange func(*mockas.Config)) string {
	t.Helper()
	server, err := wire.Listen(wire.Options{Name: "authorization server"}, func(origin string) http.Handler {
		config := mockas.Config{APIs: []mockas.API{{Audience: "https://shop.example"}, {Audience: "https://other.example"}}}
		StandardAS(&config)
		arrange(&config)
		server, err := mockas.New(origin, config)
		if err != nil {
			t.Fatal(err)
		}
		return server
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	return server.URL
}

// stranger is a target whose authorization server has one client, and whose
// API is served by a handler.
func stranger(t *testing.T, issuer string, client target.RegisteredClient, handler http.HandlerFunc) *target.Target {
	t.Helper()
	api := httptest.NewServer(handler)
	t.Cleanup(api.Close)
	configured := target.Default()
	configured.AuthorizationServer = &target.RealAuthorizationServer{Issuer: issuer, Clients: []target.RegisteredClient{client}}
	configured.APIs = []target.RealAPI{
		{Name: "shop", URL: api.URL, Audience: "https://shop.example", Method: "GET", Path: "/orders"},
		{Name: "other", URL: api.URL + "/other", Audience: "https://other.example", Method: "GET", Path: "/"},
	}
	return configured
}

// newWorld opens a target for one case at an endpoint.
func newWorld(t *testing.T, configured *target.Target, endpoint string) *World {
	t.Helper()
	session, err := target.Open(t.Context(), configured)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(session.Close)
	return worldIn(t, session, endpoint)
}

// worldIn is the World of one more case of a session.
func worldIn(t *testing.T, session *target.Session, endpoint string) *World {
	t.Helper()
	profile, err := features.FindProfile("")
	if err != nil {
		t.Fatal(err)
	}
	at, err := FindEndpoint(endpoint)
	if err != nil {
		t.Fatal(err)
	}
	w := NewWorld(context.Background(), session, profile, at, "")
	t.Cleanup(w.Close)
	return w
}

// claimsOf reads the claims of the access token in a request.
func claimsOf(t *testing.T, r *http.Request) dpop.Object {
	t.Helper()
	_, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	_, payload, _, err := dpop.SplitCompact(token, dpop.DecodeSegment)
	if err != nil {
		t.Error(err)
		return nil
	}
	claims, err := dpop.ParseObject(payload)
	if err != nil {
		t.Error(err)
	}
	return claims
}

func TestARealAuthorizationServerIsAskedForTheTokenThatACallNeeds(t *testing.T) {
	tests := []struct {
		name, grant, steps string
		audience           string
		bound              bool
	}{
		{"client credentials", mockas.GrantClientCredentials, `When the client calls "GET /orders"`, "https://shop.example", true},
		{"a code", mockas.GrantCode, `When the client calls "GET /orders"`, "https://shop.example", true},
		{"another API", mockas.GrantClientCredentials, `When the client calls "GET /" of the API "other"`, "https://other.example", true},
		{"another audience", mockas.GrantClientCredentials,
			"Given the access token is for the audience \"https://other.example\"\nWhen the client calls \"GET /orders\"", "https://other.example", true},
		{"unbound", mockas.GrantClientCredentials, `When the client calls "GET /orders" with an unbound token`, "https://shop.example", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var claims dpop.Object
			w := realWorld(t, test.grant, func(_ http.ResponseWriter, r *http.Request) { claims = claimsOf(t, r) })
			if err := play(t, w, test.steps+"\nThen the status is 200"); err != nil {
				t.Fatal(err)
			}
			audience, _ := claims.Get("aud")
			if !strings.Contains(string(audience), test.audience) || claims.Has("cnf") != test.bound {
				t.Errorf("the claims are %s", claims.JSON())
			}
		})
	}
}

func TestARealAuthorizationServerTakesNoClaims(t *testing.T) {
	w := realWorld(t, mockas.GrantClientCredentials, func(http.ResponseWriter, *http.Request) {})
	err := play(t, w, "Given the access token has the claims\n  | sub | alice |\nWhen the client calls \"GET /orders\"")
	if err == nil || !IsOutcome(err) || !strings.Contains(err.Error(), "decides on the claims") {
		t.Errorf("got %v, want a case that is not applicable", err)
	}
}
