package reports

import (
	"slices"
	"strings"
)

// gapGroup is the gaps that have one reason.
type gapGroup struct {
	Verdict Verdict
	Because string
	Gaps    []Gap
	Rare    bool // they are of what few have
	Open    bool // there are so few that a page shows them unasked
}

// openGaps is how many gaps a page shows unasked.
const openGaps = 6

// gapGroups are the gaps of a run by their reason, in order of appearance, what few have
// last: what the set-up or the configuration lacks is behind hundreds of them.
func gapGroups(run *Run) []gapGroup {
	var groups []gapGroup
	at := map[string]int{}
	for _, gap := range run.Gaps() {
		because := oneLine(strings.Join(gap.Reasons, "; "))
		key := string(gap.Verdict) + " " + because
		i, known := at[key]
		if !known {
			i = len(groups)
			at[key] = i
			groups = append(groups, gapGroup{Verdict: gap.Verdict, Because: because, Rare: gap.Rare})
		}
		groups[i].Gaps = append(groups[i].Gaps, gap)
	}
	slices.SortStableFunc(groups, func(a, b gapGroup) int {
		switch {
		case a.Rare == b.Rare:
			return 0
		case a.Rare:
			return 1
		}
		return -1
	})
	for i := range groups {
		groups[i].Open = len(groups[i].Gaps) <= openGaps
	}
	return groups
}

// names are those of the gaps, and how many there are beyond so many.
func (g gapGroup) names(most int) string {
	return someOf(list(g.Gaps, Gap.Name), most)
}
