package runner

import (
	"slices"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/internal/standing"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mutants"
	"github.com/dpopspec/dpopspec/reports"
)

// Where a challenge burns the code, who has no other grant got no token in the preflight,
// so that a wrong audience was not found out: one fault, one problem of the set-up, and
// four other scenarios failed while 1,320 cases were inconclusive.
func TestAChallengeThatBurnsTheCodeIsOneFinding(t *testing.T) {
	list, err := mutants.Select("", "AS-028/code")
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(standing.Settings, func(s standing.Setting) bool { return s.Name == "nonces" })
	stand, err := standing.Settings[i].Stand(t.Context(), "rfc9449", list[0].Parts)
	if err != nil {
		t.Fatal(err)
	}
	defer stand.Close()
	clients := stand.Target.AuthorizationServer.Clients
	for i := range clients {
		clients[i].Grants = []string{mockas.GrantCode, mockas.GrantRefresh} // which get no token for an API
	}
	run := played(t, stand.Target, "as-nonce/a-challenge-leaves*", "as-code/*", "proof-method/*")
	if len(run.SetUp) != 1 || run.SetUp[0].Key != "apis.orders.audience" {
		t.Errorf("%+v", run.SetUp)
	}
	for _, c := range run.Cases {
		burns := strings.HasPrefix(c.ID, "as-nonce/a-challenge-leaves-what-it-refused-usable/")
		switch {
		case c.Verdict == reports.Inconclusive, c.Verdict.Breaks() && !burns:
			t.Errorf("%s: %s, %s; %s", c.ID, c.Verdict, c.Actual, c.Reason)
		case burns && strings.Contains(c.ID, "authorization-code") && c.Verdict != reports.Failed && c.Verdict != reports.Skipped:
			t.Errorf("%s: %s", c.ID, c.Verdict)
		}
	}
}
