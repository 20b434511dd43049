package runner

import (
	"context"
	"slices"
	"sync"
	"testing"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/mutants"
	"github.com/dpopspec/dpopspec/reports"
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

func TestEveryMutantIsKilledAndTheHonestPartiesPassEveryCaseThatApplies(t *testing.T) {
	list, err := mutants.All()
	if err != nil {
		t.Fatal(err)
	}
	if testing.Short() { // under the race detector: they race alike
		list = slices.DeleteFunc(list, func(m mutants.Mutant) bool { return len(m.Does)%4 != 0 })
	}
	result, err := mutate(context.Background(), builtIn(t), list, nil, true)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range result.HonestFailures() {
		t.Errorf("the honest parties do not pass %s: %s\n%s", c.ID, c.Verdict, reports.Block(c))
	}
	// A case that skips itself is green without having tested anything.
	honest := reports.Run{Cases: result.Honest}
	for _, gap := range honest.Gaps() {
		t.Errorf("no case tests %s against the embedded parties: %v", gap.Requirement.ID, gap.Reasons)
	}
	for _, k := range result.Survivors() {
		t.Errorf("%s survived (%s); tried: %d cases", k.Mutant.Name(), k.Mutant.Does, len(k.Tried))
		for _, c := range k.Tried {
			t.Logf("    %s: %s %s", c.ID, c.Verdict, c.Reason)
		}
	}
}

func TestEveryRequirementHasACaseOrAReason(t *testing.T) {
	for _, r := range builtIn(t).Coverage() {
		if len(r.Cases) == 0 && r.Waived == "" {
			t.Errorf("%s has neither a case nor a waiver", r.ID)
		}
	}
}
