package reports

import (
	"slices"
	"strings"
)

// blocked is how many cases a problem of the set-up kept from being tested.
func (r *Run) blocked(problem string) int {
	n := 0
	for _, c := range r.Cases {
		if c.Blocked == problem {
			n++
		}
	}
	return n
}

// setUpWidth is how much of an answer is told: it may hold a stranger's words.
const setUpWidth = 600

// cost is what a problem of the set-up keeps from being tested: 938 of 959 cases.
// Empty: nothing.
func (r *Run) cost(p Problem) string {
	n := r.blocked(p.Name)
	if n == 0 {
		return ""
	}
	return thousands(n) + " of " + tally(len(r.Cases), "case")
}

// problemText is a problem of the set-up in a line.
func problemText(run *Run, p Problem) string {
	parts := []string{p.Answer, p.Remedy}
	if p.Key != "" {
		parts = append(parts, "look at "+p.Key)
	}
	if cost := run.cost(p); cost != "" {
		parts = append(parts, cost+" could not be tested")
	}
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	return clip(oneLine(strings.Join(parts, "; ")), setUpWidth)
}

// unfit says whether nothing is known to be broken but the set-up: then that is to be
// read, and the verdict, and no more of what follows from it.
func (r *Run) unfit() bool { return len(r.SetUp) > 0 && !r.broken() }
