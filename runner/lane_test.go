package runner

import (
	"slices"
	"testing"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/longtable"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/surroundings"
)

// shared runs the battery of proofs at an honest API and authorization server, each
// a real party on loopback.
func shared(t *testing.T, o Options) reports.Run {
	t.Helper()
	undisturbed := surroundings.Row{ID: "SU-00", Way: "nothing", Does: "nothing"}
	scene, err := undisturbed.Disturbed(surroundings.Honest, 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(scene.Close)
	scene.Target.Limits.Level = features.Full
	sources, err := BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	plan, err := NewPlan(sources, scene.Target, Selection{Tags: "@battery"})
	if err != nil {
		t.Fatal(err)
	}
	run, err := Run(t.Context(), plan, scene.Target, o)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// A tenant pays for each request. What a case has in common with others is asked for
// once: a key, a token, the honest request before and after the probe, the answer to
// the same defect.
func TestACaseAtARealServerCostsLittleMoreThanItsProbe(t *testing.T) {
	longtable.Once(t)
	run := shared(t, Options{Parallel: 1})
	ran := slices.DeleteFunc(slices.Clone(run.Cases), func(c reports.Case) bool { return c.Verdict == reports.Skipped })
	if len(ran) < 3000 {
		t.Fatalf("%d cases tell too little", len(ran))
	}
	for _, c := range ran {
		if c.Verdict.Breaks() && c.Verdict != reports.Noted || c.Verdict == reports.Inconclusive {
			t.Errorf("%s: %s: %s", c.ID, c.Verdict, c.Reason)
		}
	}
	if most := len(ran) * 3 / 2; run.Requests > most {
		t.Errorf("%d requests for %d cases, at most %d are wanted", run.Requests, len(ran), most)
	}
	t.Logf("%d requests for %d cases", run.Requests, len(ran))
}
