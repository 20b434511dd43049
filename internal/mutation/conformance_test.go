package mutation

import (
	"slices"
	"sync"
	"testing"

	"github.com/dpopspec/dpopspec/mutants"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/runner"
	"github.com/dpopspec/dpopspec/target"
)

var builtInOnce = sync.OnceValues(func() (*runner.Plan, error) {
	sources, err := runner.BuiltIn()
	if err != nil {
		return nil, err
	}
	return runner.NewPlan(sources, target.Default(), runner.Selection{})
})

// builtIn plans every built-in scenario against the embedded parties, once for all
// tests; each may shorten its own list.
func builtIn(t testing.TB) *runner.Plan {
	t.Helper()
	plan, err := builtInOnce()
	if err != nil {
		t.Fatal(err)
	}
	return plan.Only(func(*runner.Case) bool { return true })
}

func TestEveryMutantIsKilledAndTheHonestPartiesPassEveryCaseThatApplies(t *testing.T) {
	list, err := mutants.All()
	if err != nil {
		t.Fatal(err)
	}
	if testing.Short() { // under the race detector: they race alike
		list = slices.DeleteFunc(list, func(m mutants.Mutant) bool { return len(m.Does)%4 != 0 })
	}
	result, err := mutate(t.Context(), builtIn(t), list, nil, true)
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
