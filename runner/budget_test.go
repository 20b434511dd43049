package runner

import (
	"slices"
	"testing"

	"github.com/dpopspec/dpopspec/internal/standing"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/target"
)

// A budget that is used up ends the run as the end of its time does: what it did not come to
// was not run, and is no error of the way to the target, each with a cause.
func TestABudgetThatIsUsedUpCutsTheRunShort(t *testing.T) {
	sources, err := BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	for _, budget := range []int{1, 30} {
		stand, err := standing.Settings[0].Stand(t.Context(), "rfc9449", target.Parts{})
		if err != nil {
			t.Fatal(err)
		}
		defer stand.Close()
		stand.Target.Limits.Budget = budget
		plan, err := NewPlan(sources, stand.Target, Selection{})
		if err != nil {
			t.Fatal(err)
		}
		run, err := Run(t.Context(), plan, stand.Target, Options{Parallel: 2})
		if err != nil {
			t.Fatal(err)
		}
		cut := 0
		for _, left := range run.NotRun {
			if left.Cut {
				cut++
			}
		}
		if s := run.Summary(); s.Errored > 0 || !run.Interrupted || run.Cut == "" || cut != len(plan.Cases)-len(run.Cases) {
			t.Errorf("a budget of %d: %+v, cut short %q, %d of %d not run", budget, s, run.Cut, cut, len(plan.Cases))
		}
		told := slices.ContainsFunc(run.SetUp, func(p reports.Problem) bool { return p.Key == "limits.budget" })
		if run.ExitCode() != reports.ExitCouldNotTest || !told || run.Requests > budget {
			t.Errorf("a budget of %d: exit code %d, %d requests, set-up %+v", budget, run.ExitCode(), run.Requests, run.SetUp)
		}
	}
}
