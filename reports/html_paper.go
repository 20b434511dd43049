package reports

import (
	"fmt"
	"slices"
)

// htmlPaper is the run on paper: at most twenty pages, whatever it was. Every list on it
// has an end, and every text.
type htmlPaper struct {
	SetUp    []string
	Steps    []string
	Causes   []htmlCause
	Failures []htmlLine
	Gaps     []gapGroup
	Groups   []htmlGroup
	Measured []string
	Left     []string // what is left out, and how much of it
}

// htmlLine is a case in a line.
type htmlLine struct {
	Verdict Verdict
	Title   string
}

// How much of each list stands on paper: so many at most, and of long ones as many as there
// is room for, in characters. A page holds 4,000 of the widest.
const (
	paperParties                = 6
	paperProblems, roomProblems = 12, 5000
	paperSteps, roomSteps       = 12, 2000
	paperCauses, roomCauses     = 36, 15_000
	paperLines, roomLines       = 200, 11_000
	paperGaps, roomGaps         = 30, 4000
	paperGroups, roomRows       = 60, 14_000
	paperNumbers, roomNumbers   = 60, 4000
	paperText                   = 220 // characters of a text
	paperName                   = 48  // of a name among many
)

func paperOf(p *htmlPage, causes []Cause) htmlPaper {
	var paper htmlPaper
	left := &paper.Left
	if more := len(p.Run.Target) - paperParties; more > 0 { // the style sheet hides them
		*left = append(*left, fmt.Sprintf("%d more of the target", more))
	}
	paper.SetUp = most(list(p.SetUp, htmlProblem.line), paperProblems, roomProblems, runeLen, "problem", left)
	steps := list(p.Steps, func(a Advice) string { return short(a.line()) })
	paper.Steps = most(steps, paperSteps, roomSteps, runeLen, "step", left)
	told := list(causes, func(c Cause) htmlCause {
		return htmlCause{Cause: c, Facts: c.facts(), Example: htmlCase{Case: c.Example()}}
	})
	paper.Causes = most(told, paperCauses, roomCauses, func(c htmlCause) int {
		one := c.Example
		return lengths(c.Title, c.Facts, one.Expected, one.Actual, one.Repeat)
	}, "cause", left)
	length := func(l htmlLine) int { return runeLen(l.Title) }
	paper.Failures = most(p.failures(), paperLines, roomLines, length, "failure", left)
	paper.Gaps = most(p.Gaps, paperGaps, roomGaps, func(g gapGroup) int { return lengths(g.Because) }, "reason", left)
	paper.Groups = paperRows(p.Matrix.Groups, left)
	numbers := list(eachOnce(p.Run.Measurements), func(m Measurement) string {
		return name(m.Name) + ": " + number(m.Value) + " " + name(m.Unit)
	})
	paper.Measured = most(numbers, paperNumbers, roomNumbers, runeLen, "number", left)
	return paper
}

// paperRows are the groups of requirements that there is room for, and of the last of them
// the first rows.
func paperRows(groups []htmlGroup, left *[]string) (shown []htmlGroup) {
	room, more := roomRows, 0
	for _, g := range groups {
		rows := g.Rows
		if len(shown) == paperGroups {
			rows = nil
		}
		room -= runeLen(name(g.Document + g.Chapter))
		n := 0
		for n < len(rows) && room > 0 {
			room -= runeLen(name(rows[n].ID)) + 2
			n++
		}
		more += len(g.Rows) - n
		if g.Rows = slices.Clip(rows[:n]); n > 0 {
			shown = append(shown, g)
		}
	}
	if more > 0 {
		*left = append(*left, plural(more, "more requirement"))
	}
	return shown
}

// failures are the cases that a reader acts on, the gravest first.
func (p *htmlPage) failures() (lines []htmlLine) {
	var cut titles
	for _, v := range []Verdict{Failed, Errored, Warned} {
		for _, f := range p.Features {
			for _, c := range f.Cases {
				if c.Verdict == v {
					lines = append(lines, htmlLine{v, cut.cut(oneLine(c.Title()), 110)})
				}
			}
		}
	}
	return lines
}

// line is a problem of the set-up in a line.
func (p htmlProblem) line() string {
	text := short(p.What)
	for _, said := range []struct{ label, text string }{
		{"answer", p.Answer}, {"look at", p.Key}, {"what to do", p.Remedy}, {"not tested", p.Cost},
	} {
		if said.text != "" {
			text += " · " + said.label + ": " + short(said.text)
		}
	}
	return text
}

// most is the beginning of a list: n at most, and no more than there is room for, but one;
// of what is left out it makes a note.
func most[T any](list []T, n, room int, size func(T) int, noun string, left *[]string) []T {
	shown := 0
	for shown < min(n, len(list)) && (shown == 0 || size(list[shown]) <= room) {
		room -= size(list[shown])
		shown++
	}
	if more := len(list) - shown; more > 0 {
		*left = append(*left, plural(more, "more "+noun))
	}
	return slices.Clip(list[:shown])
}

// lengths is how many characters texts have on paper together.
func lengths(texts ...string) (n int) {
	for _, text := range texts {
		n += runeLen(short(text))
	}
	return n
}

// name is a name of many on paper.
func name(s string) string { return shorten(oneLine(s), paperName) }

// short is a text of a line on paper.
func short(s string) string { return shorten(oneLine(s), paperText) }
