package runner

import (
	"testing"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/target"
)

// A plan may run several times, and at once: what one run leaves out, and why, is not
// told by another.
func TestRunsOfOnePlanLeaveOutTheirOwn(t *testing.T) {
	sources, err := ReadFS(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := NewPlan(sources, target.Default(), Selection{IDs: []string{"RFC9449-4.2-01"}})
	if err != nil {
		t.Fatal(err)
	}
	plan.NotRun = append(make([]reports.NotRun, 0, len(plan.NotRun)+2*len(plan.Cases)), plan.NotRun...)
	one, other := begun(plan, Options{}), begun(plan, Options{})
	cutShort(plan, &one, "the first")
	cutShort(plan, &other, "the second")
	if len(one.NotRun) == 0 || len(one.NotRun) != len(other.NotRun) {
		t.Fatalf("%d and %d cases are left out", len(one.NotRun), len(other.NotRun))
	}
	if last := one.NotRun[len(one.NotRun)-1].Reason; last != "the first" {
		t.Errorf("the first run says %q of its last case", last)
	}
}
