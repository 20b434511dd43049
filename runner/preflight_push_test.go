package runner

import (
	"net/http"
	"testing"

	"github.com/dpopspec/dpopspec/mockas"
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
