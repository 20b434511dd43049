package mutation

import (
	"slices"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/internal/longtable"
	"github.com/dpopspec/dpopspec/mutants"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/runner"
	"github.com/dpopspec/dpopspec/target"
)

// eachOnce leaves every row of every scenario at one of its endpoints, in turn: the
// same checks stand behind all endpoints of a party, and so every row and every
// endpoint of a scenario is still there. first chooses where the turns begin.
func eachOnce(cases []*runner.Case, first int) (list []*runner.Case) {
	row := func(c *runner.Case) string { return strings.TrimSuffix(c.ID, "@"+c.Endpoint) }
	for turn := first; len(cases) > 0; turn++ {
		n := 1 // the endpoints of a row stand side by side
		for n < len(cases) && row(cases[n]) == row(cases[0]) {
			n++
		}
		list = append(list, cases[turn%n])
		cases = cases[n:]
	}
	return list
}

// A scenario that an honest party fails is worth less than none: whoever has
// seen one false alarm believes no other.
func TestHonestVariationsStayGreen(t *testing.T) {
	for i, v := range mutants.Variations() {
		if i%longtable.Every(12, 3) != 0 {
			continue
		}
		t.Run(v.Name, func(t *testing.T) {
			plan := builtIn(t)
			if v.Profile != "" {
				var err error
				if plan, err = plan.Under(v.Profile); err != nil {
					t.Fatal(err)
				}
			}
			plan.Cases = slices.DeleteFunc(plan.Cases, func(c *runner.Case) bool { return c.Subject != v.Party })
			plan.Cases = eachOnce(plan.Cases, i)
			configured := target.Default()
			configured.Parts = v.Parts
			session, err := target.Open(t.Context(), configured)
			if err != nil {
				t.Fatal(err)
			}
			defer session.Close()
			passed := 0
			for _, c := range runner.Execute(t.Context(), plan, session, runner.Options{}) {
				switch c.Verdict {
				case reports.Passed:
					passed++
				case reports.Skipped, reports.Inconclusive:
					// What cannot be told of this party is no alarm.
				case reports.Warned, reports.Noted:
					deserved := func(r reports.Requirement) bool { return slices.Contains(v.Warns, r.ID) }
					if !slices.ContainsFunc(c.Requirements, deserved) {
						t.Errorf("%s, which the variation does not deserve: %s", c.Verdict, reports.Block(c))
					}
				default:
					t.Errorf("%s", reports.Block(c))
				}
			}
			least := len(plan.Cases) * 9 / 10
			if len(v.Parts.Lacks) > 0 {
				least = len(plan.Cases) / 3 // the others need what it does not name
			}
			if passed < least {
				t.Errorf("only %d of %d cases passed", passed, len(plan.Cases))
			}
		})
	}
}
