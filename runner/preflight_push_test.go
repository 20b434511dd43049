package runner

import (
	"net/http"
	"slices"
	"testing"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mutants"
)

func TestOnlyARefusalThatForbidsPushingIsASkip(t *testing.T) {
	for code, want := range map[string]string{
		"unauthorized_client": "", "unsupported_response_type": "", "invalid_request": "inconclusive",
		"temporarily_unavailable": "inconclusive",
	} {
		configured := honest(t, func(w http.ResponseWriter, r *http.Request) bool {
			return r.URL.Path == "/par" && answer(w, 400, `{"error":"`+code+`"}`)
		}, nil)
		configured.AuthorizationServer.Clients[0].Grants = []string{mockas.GrantClientCredentials}
		run := played(t, configured)
		if got := verdictsAt(run, "par"); got != want || found(run) != "" {
			t.Errorf("%s: at the PAR endpoint %q, not %q; found %s", code, got, want, found(run))
		}
	}
}

// The nonce with which a preflight pushed came from the token endpoint: where PAR gives
// none that can be used, its honest requests are granted with one of another endpoint.
func TestABrokenChallengeAtOneEndpointIsFoundWhereAnotherGivesNonces(t *testing.T) {
	sources, err := ReadFS(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	var list []mutants.Mutant
	for _, name := range []string{"PV-096@par", "PV-097@par"} {
		one, err := mutants.Select("", name)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, one...)
	}
	i := slices.IndexFunc(settings, func(s setting) bool { return s.name == "nonces" })
	m, err := mutateReal(t.Context(), sources, features.Full, list, settings[i:i+1], nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range m.Killed {
		if len(k.By) == 0 {
			t.Errorf("%s was not found", k.Mutant.Name())
		}
	}
}
