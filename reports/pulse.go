package reports

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Pulse is what a run that goes on can tell beside its cases.
type Pulse struct {
	Requests int           // that have left for real parties
	Left     int           // that are still to leave, about; 0: none, or nobody knows
	End      time.Duration // until the end, about; 0: nobody knows
	Waits    string        // why nothing leaves at the moment; empty: nothing is waited for
}

// words say how far a run of this age is: 1:12, about 3:40 left · 812 requests,
// about 1900 left.
func (p Pulse) words(age time.Duration) string {
	var b strings.Builder
	b.WriteString(clock(age))
	if p.End > 0 {
		b.WriteString(", about " + clock(p.End) + " left")
	}
	if p.Requests > 0 {
		b.WriteString(" · " + plural(p.Requests, "request"))
		if p.Left > 0 {
			fmt.Fprintf(&b, ", about %d left", roughly(p.Left))
		}
	}
	return b.String()
}

// roughly is a number with two digits that count: more would promise too much.
func roughly(n int) int {
	if n < 100 {
		return n
	}
	unit := int(math.Pow10(len(strconv.Itoa(n)) - 2))
	return (n + unit/2) / unit * unit
}

// clock is a duration as a clock shows it, minutes and seconds, from an hour on hours
// too.
func clock(d time.Duration) string {
	seconds := int(d.Round(time.Second) / time.Second)
	if hours := seconds / 3600; hours > 0 {
		return fmt.Sprintf("%d:%02d:%02d", hours, seconds/60%60, seconds%60)
	}
	return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
}
