package mutation

import (
	"testing"

	"github.com/dpopspec/dpopspec/mutants"
	"github.com/dpopspec/dpopspec/runner"
)

func TestAPlanConcerningMutantsHasEachOfTheirCasesAndNoOther(t *testing.T) {
	plan := builtIn(t)
	whole := len(plan.Cases)
	list, err := mutants.Select("", "PV-018")
	if err != nil {
		t.Fatal(err)
	}
	narrowed := map[*runner.Case]bool{}
	for _, c := range Concerning(plan, list).Cases {
		narrowed[c] = true
	}
	if len(narrowed) == 0 || len(plan.Cases) != whole {
		t.Fatalf("%d cases concern PV-018; the plan had %d and has %d", len(narrowed), whole, len(plan.Cases))
	}
	for _, c := range plan.Cases {
		if c.Has("RFC9449-4.3-43") != narrowed[c] {
			t.Errorf("%s: tests what PV-018 breaks: %v, is played: %v", c.ID, !narrowed[c], narrowed[c])
		}
	}
	if list, err = mutants.Select("", "AS-049"); err != nil {
		t.Fatal(err)
	}
	if others := Concerning(plan, list).Cases; len(others) > 0 {
		t.Errorf("AS-049 is a bug under fapi2; %d cases of the default profile are played for it", len(others))
	}
}
