package runner

import (
	"context"
	"slices"
	"testing"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/target"
)

// interrupted runs a part of the plan and ends its context when so many cases have
// ended; before anything is sent if it is none.
func interrupted(t *testing.T, configured *target.Target, after int) (reports.Run, int) {
	t.Helper()
	sources, err := ReadFS(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := NewPlan(sources, configured, Selection{IDs: []string{"RFC9449-4.3-42", "RFC9449-4.3-43"}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := 0
	options := Options{Parallel: 1, Done: func(reports.Case) {
		if ended++; ended == after {
			cancel()
		}
	}}
	if after == 0 {
		cancel()
	}
	run, err := Run(ctx, plan, configured, options)
	if err != nil {
		t.Fatal(err)
	}
	return run, len(plan.Cases)
}

// What an interruption has cut short is no case of the report: neither a doubt nor an
// error, and no verdict that was still to be confirmed.
func TestWhatAnInterruptionCutsShortIsLeftOut(t *testing.T) {
	for _, after := range []int{0, 1, 9, 20} {
		run, planned := interrupted(t, realAS(t, realClients(true)), after)
		if !run.Interrupted || len(run.SetUp) > 0 || len(run.Cases) >= planned || after > 0 && len(run.Cases) == 0 {
			t.Errorf("after %d of %d cases: interrupted %v, %d cases, %+v",
				after, planned, run.Interrupted, len(run.Cases), run.SetUp)
		}
		for _, c := range run.Cases {
			if c.Verdict != reports.Passed && c.Verdict != reports.Skipped {
				t.Errorf("after %d cases: %s %s: %s", after, c.ID, c.Verdict, c.Reason)
			}
			if slices.ContainsFunc(run.NotRun, func(n reports.NotRun) bool { return n.ID == c.ID }) {
				t.Errorf("after %d cases: %s was run and was not", after, c.ID)
			}
		}
		told := 0
		for _, n := range run.NotRun {
			if n.Reason == "the run was interrupted" {
				told++
			}
		}
		if told != planned-len(run.Cases) {
			t.Errorf("after %d cases: of %d that are missing %d are told", after, planned-len(run.Cases), told)
		}
	}
}
