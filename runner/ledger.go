package runner

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/reports"
)

// How many of the requests that were judged a report lists: enough of what is broken
// to see it from all sides, and of the rest the newest.
const (
	mostFindings = 500
	mostAlike    = 20
	mostOthers   = 200
)

// ledger keeps what was judged, for as long as it goes on in bounded memory: the first
// findings of each kind, and the newest of the rest. All are counted.
type ledger struct {
	judged   int
	all      reports.Summary
	findings []entry
	alike    map[string]int // findings that are listed, by the requirements that they break
	others   []entry        // a ring
	next     int            // its oldest, once it is full
}

// entry is a case with its number.
type entry struct {
	number int
	reports.Case
}

// add counts one more case, and keeps it if it is worth that.
func (l *ledger) add(c reports.Case) {
	l.judged++
	l.all.Count(c.Verdict)
	one := entry{l.judged, c}
	switch {
	case c.Verdict == reports.Failed || c.Verdict == reports.Warned:
		kind := kindOf(c)
		if len(l.findings) >= mostFindings || l.alike[kind] >= mostAlike {
			return
		}
		if l.alike == nil {
			l.alike = map[string]int{}
		}
		l.alike[kind]++
		l.findings = append(l.findings, one)
	case len(l.others) < mostOthers:
		l.others = append(l.others, one)
	default:
		l.others[l.next] = one
		l.next = (l.next + 1) % mostOthers
	}
}

// kindOf names what findings have in common: the requirements that they break.
func kindOf(c reports.Case) string {
	var ids []string
	for _, r := range c.Requirements {
		ids = append(ids, r.ID)
	}
	return strings.Join(ids, " ")
}

// list returns the cases that are kept, in their order, and the count of the others.
func (l *ledger) list() (cases []reports.Case, unlisted reports.Summary) {
	kept := slices.Concat(l.findings, l.others)
	slices.SortFunc(kept, func(a, b entry) int { return cmp.Compare(a.number, b.number) })
	for _, one := range kept {
		cases = append(cases, one.Case)
	}
	return cases, l.all.Without(cases)
}
