package reports

import (
	"cmp"
	"fmt"
	"slices"
)

// How many reasons the terminal gives for skipped cases, and how many where
// something is broken: that is to be read first.
const (
	mostSkips = 12
	fewSkips  = 5
)

// skips gives the reasons why cases were skipped, with how many each. What few have
// anyhow comes last.
func (p *page) skips(run *Run) {
	count, rare := map[string]int{}, map[string]int{}
	var reasons []string
	for _, c := range run.Cases {
		if c.Verdict != Skipped || c.Blocked != "" {
			continue
		}
		reason := oneLine(headline(c))
		if count[reason] == 0 {
			reasons = append(reasons, reason)
		}
		count[reason]++
		if c.Rare {
			rare[reason] = 1
		}
	}
	if len(reasons) == 0 {
		return
	}
	slices.SortStableFunc(reasons, func(a, b string) int {
		return cmp.Or(rare[a]-rare[b], count[b]-count[a])
	})
	p.line("")
	p.line("%s skipped", p.sign(Skipped))
	most := mostSkips
	if run.broken() {
		most = fewSkips
	}
	for i, reason := range reasons {
		if i == most {
			more := plural(len(reasons)-i, "more reason")
			p.line("  %5s  %s", "", p.paint("2", fmt.Sprintf("… and %s %s", more, inTheFiles)))
			return
		}
		for i, l := range wrap(reason, p.width()-9) {
			n := ""
			if i == 0 {
				n = thousands(count[reason])
			}
			p.line("  %5s  %s", n, l)
		}
	}
}
