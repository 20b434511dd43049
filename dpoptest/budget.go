package dpoptest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/reports"
)

// budget bounds how many lines a test that fails prints: an API that verifies nothing
// fails thousands of cases for a handful of causes.
type budget struct {
	lines  int
	groups map[string]bool // whose line go test prints
	more   map[string]int  // cases that were not told of, by cause
	cases  int
}

// A test that fails prints at most 200 lines: what is told of its cases, and of those that
// there was no room for.
const (
	mostLines  = 170
	mostCauses = 15
)

// take reports whether there is room for what is to be said of a case that fails.
func (b *budget) take(group, text string, c reports.Case) bool {
	lines := strings.Count(text, "\n") + 2 // and the line of go test
	if !b.groups[group] {
		lines++
	}
	if b.lines+lines > mostLines {
		if b.more == nil {
			b.more = map[string]int{}
		}
		b.more[c.Cause()]++
		b.cases++
		return false
	}
	if b.groups == nil {
		b.groups = map[string]bool{}
	}
	b.groups[group] = true
	b.lines += lines
	return true
}

// rest tells of the cases that there was no room for, the most frequent causes first;
// empty if there are none.
func (b *budget) rest() string {
	if b.cases == 0 {
		return ""
	}
	causes := make([]string, 0, len(b.more))
	for cause := range b.more {
		causes = append(causes, cause)
	}
	slices.SortFunc(causes, func(x, y string) int {
		return cmp.Or(cmp.Compare(b.more[y], b.more[x]), cmp.Compare(x, y))
	})
	var text strings.Builder
	fmt.Fprintf(&text, "%d more cases fail, of %d causes; choose them by go test -run, or see them all by go test -v:",
		b.cases, len(causes))
	for i, cause := range causes {
		if i == mostCauses {
			fmt.Fprintf(&text, "\n… and %d more causes", len(causes)-mostCauses)
			break
		}
		fmt.Fprintf(&text, "\n%5d  %s", b.more[cause], cause)
	}
	return text.String()
}
