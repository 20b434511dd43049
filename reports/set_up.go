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

// blockedText says what a problem of the set-up costs.
func blockedText(cases int) string {
	if cases == 0 {
		return ""
	}
	return tally(cases, "case")
}

// problemText is a problem of the set-up in a line.
func problemText(run *Run, p Problem) string {
	parts := []string{p.Answer, p.Remedy}
	if p.Key != "" {
		parts = append(parts, "look at "+p.Key)
	}
	if n := run.blocked(p.Name); n > 0 {
		parts = append(parts, blockedText(n)+" could not be tested")
	}
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	return clip(oneLine(strings.Join(parts, "; ")), setUpWidth)
}
