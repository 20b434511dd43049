package target

import (
	"testing"

	"github.com/dpopspec/dpopspec/features"
)

func TestWhatTheTargetLacksAtAnEndpointIsSaid(t *testing.T) {
	client := func(grants ...string) []RegisteredClient { return []RegisteredClient{{ID: "c", Grants: grants}} }
	both := Metadata{PAR: "https://as.example/par", Userinfo: "https://as.example/userinfo"}
	for _, test := range []struct {
		name, endpoint string
		metadata       Metadata
		clients        []RegisteredClient
		want           string
	}{
		{"no endpoint matters", "", Metadata{}, nil, ""},
		{"no client", "token", both, nil, "no client is registered"},
		{"a client", "token", both, client("client_credentials"), ""},
		{"a client for the API", "api", both, client("client_credentials"), ""},
		{"no client for the API", "api", both, nil, "no client is registered"},
		{"no PAR", "par", Metadata{}, client("authorization_code"),
			"the authorization server has no pushed authorization request endpoint"},
		{"no userinfo", "userinfo", Metadata{}, client("authorization_code"),
			"the authorization server has no userinfo endpoint"},
		{"no code for PAR", "par", both, client("client_credentials"), ""},
		{"no client for PAR", "par", both, nil, "no client is registered"},
		{"no code for userinfo", "userinfo", both, client("client_credentials"),
			"no client of the configuration may use the grant authorization_code; what needs no token is tried"},
		{"a code for both", "userinfo", both, client("authorization_code"), ""},
	} {
		s := &Session{Metadata: test.metadata,
			Target: &Target{AuthorizationServer: &RealAuthorizationServer{Clients: test.clients}}}
		if got, err := s.Lacks(test.endpoint); got != test.want || err != nil {
			t.Errorf("%s: %q, %v; want %q", test.name, got, err, test.want)
		}
	}
}

func TestOfEachEndpointItIsKnownWhatARealServerLacks(t *testing.T) {
	real := &Session{Target: &Target{AuthorizationServer: &RealAuthorizationServer{}}}
	for _, endpoint := range features.Endpoints {
		if _, err := real.Lacks(endpoint); err != nil {
			t.Error(err)
		}
	}
}

func TestAnEndpointThatNobodyHasHeardOfIsAnError(t *testing.T) {
	for _, target := range []*Target{{}, {AuthorizationServer: &RealAuthorizationServer{}}} {
		if lacks, err := (&Session{Target: target}).Lacks("nowhere"); err == nil {
			t.Errorf("it is taken for one that lacks %q", lacks)
		}
	}
}
