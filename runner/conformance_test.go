package runner

import (
	"context"
	"testing"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/mutants"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/target"
)

// builtIn plans every built-in scenario against the embedded parties.
func builtIn(t testing.TB) *Plan {
	t.Helper()
	sources, err := ReadFS(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := NewPlan(sources, target.Default(), Selection{})
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func TestEveryMutantIsKilledAndTheHonestPartiesPassEveryCaseThatApplies(t *testing.T) {
	list, err := mutants.All()
	if err != nil {
		t.Fatal(err)
	}
	result, err := Mutate(context.Background(), builtIn(t), list, nil)
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
