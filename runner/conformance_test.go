package runner

import (
	"slices"
	"sync"
	"testing"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/target"
)

// planBuiltIn plans every built-in scenario against the embedded parties.
func planBuiltIn() (*Plan, error) {
	sources, err := ReadFS(features.FS)
	if err != nil {
		return nil, err
	}
	return NewPlan(sources, target.Default(), Selection{})
}

var builtInOnce = sync.OnceValues(planBuiltIn)

// builtIn is that plan, made once for all tests; each may shorten its own list.
func builtIn(t testing.TB) *Plan {
	t.Helper()
	plan, err := builtInOnce()
	if err != nil {
		t.Fatal(err)
	}
	own := *plan
	own.Cases = slices.Clone(plan.Cases)
	return &own
}

func TestEveryRequirementHasACaseOrAReason(t *testing.T) {
	for _, r := range builtIn(t).Coverage() {
		if len(r.Cases) == 0 && r.Waived == "" {
			t.Errorf("%s has neither a case nor a waiver", r.ID)
		}
	}
}
