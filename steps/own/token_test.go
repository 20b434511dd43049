package own

import (
	"net/http"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/steps/world/worldtest"
)

// realCaller calls an API whose authorization server is somebody else's too, as
// far as it knows. The client may use one grant.
func realCaller(t *testing.T, grant string, handler http.HandlerFunc) *Caller {
	t.Helper()
	client := world.StandardClients()[0]
	client.Grants = []string{grant}
	issuer := worldtest.RealServer(t, func(*mockas.Config) {})
	return world.Of[Caller](worldtest.Open(t, worldtest.Stranger(t, issuer, client, handler), ""))
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
			w := realCaller(t, test.grant, func(_ http.ResponseWriter, r *http.Request) { claims = claimsOf(t, r) })
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
	w := realCaller(t, mockas.GrantClientCredentials, func(http.ResponseWriter, *http.Request) {})
	err := play(t, w, "Given the access token has the claims\n  | sub | alice |\nWhen the client calls \"GET /orders\"")
	if err == nil || !world.IsOutcome(err) || !strings.Contains(err.Error(), "decides on the claims") {
		t.Errorf("got %v, want a case that is not applicable", err)
	}
}
