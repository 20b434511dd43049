package mutation

import (
	"testing"

	"github.com/dpopspec/dpopspec/internal/standing"
	"github.com/dpopspec/dpopspec/mutants"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/runner"
)

// A case comes to its verdict by itself: in a shard, by --id and by --rerun other cases have
// got it no token. This one was skipped there, for an authorization server issues none for a
// proof by an algorithm that it does not take, though it does for the same key by another.
func TestACaseNeedsNoTokenThatAnotherCaseHasGot(t *testing.T) {
	sources, err := runner.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	for _, endpoint := range []string{"api", "userinfo"} {
		list, err := mutants.Select("", "PV-050@"+endpoint+"/unadvertised-taken")
		if err != nil {
			t.Fatal(err)
		}
		stand, err := standing.Settings[0].Stand(t.Context(), "rfc9449", list[0].Parts)
		if err != nil {
			t.Fatal(err)
		}
		defer stand.Close()
		alone := "proof-algorithm/a-proof-with-an-algorithm-that-is-not-advertised-is-refused@" + endpoint
		plan, err := runner.NewPlan(sources, stand.Target, runner.Selection{IDs: []string{alone}})
		if err != nil {
			t.Fatal(err)
		}
		run, err := runner.Run(t.Context(), plan, stand.Target, runner.Options{Parallel: 1})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range run.Cases {
			if c.ID == alone && c.Verdict != reports.Failed {
				t.Errorf("%s: %s; %s", c.ID, c.Verdict, c.Reason)
			}
		}
	}
}
