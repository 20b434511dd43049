package runner

import (
	"slices"
	"testing"

	"github.com/dpopspec/dpopspec/mutants"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/target"
)

// A scenario that an honest party fails is worth less than none: whoever has
// seen one false alarm believes no other.
func TestHonestVariationsStayGreen(t *testing.T) {
	for _, v := range mutants.Variations() {
		t.Run(v.Name, func(t *testing.T) {
			plan := builtIn(t)
			plan.Cases = slices.DeleteFunc(plan.Cases, func(c *Case) bool { return c.Subject != v.Party })
			configured := target.Default()
			configured.Parts = v.Parts
			session, err := target.Open(t.Context(), configured)
			if err != nil {
				t.Fatal(err)
			}
			defer session.Close()
			passed := 0
			for _, c := range Execute(t.Context(), plan, session, Options{}) {
				switch c.Verdict {
				case reports.Passed:
					passed++
				case reports.Skipped, reports.Inconclusive:
					// What cannot be told of this party is no alarm.
				case reports.Warned, reports.Noted:
					if !slices.ContainsFunc(c.Requirements, func(r reports.Requirement) bool { return slices.Contains(v.Warns, r.ID) }) {
						t.Errorf("%s, which the variation does not deserve: %s", c.Verdict, reports.Block(c))
					}
				default:
					t.Errorf("%s", reports.Block(c))
				}
			}
			if passed < len(plan.Cases)*9/10 {
				t.Errorf("only %d of %d cases passed", passed, len(plan.Cases))
			}
		})
	}
}
