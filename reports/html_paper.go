package reports

import "slices"

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

// How much of each list stands on paper.
const (
	paperProblems = 12
	paperSteps    = 12
	paperCauses   = 36
	paperLines    = 200
	paperGaps     = 30
	paperRows     = 900
	paperNumbers  = 60
	paperText     = 220 // characters of a text
)

func paperOf(p *htmlPage, causes []Cause) htmlPaper {
	var paper htmlPaper
	paper.SetUp = list(most(p.SetUp, paperProblems, "problem", &paper.Left), htmlProblem.line)
	paper.Steps = list(most(p.Steps, paperSteps, "step", &paper.Left), func(a Advice) string { return short(a.line()) })
	paper.Causes = list(most(causes, paperCauses, "cause", &paper.Left), func(c Cause) htmlCause {
		return htmlCause{Cause: c, Facts: c.facts(), Example: htmlCase{Case: c.Example()}}
	})
	paper.Failures = most(p.failures(), paperLines, "failure", &paper.Left)
	paper.Gaps = most(p.Gaps, paperGaps, "reason", &paper.Left)
	rows := 0
	for _, g := range p.Matrix.Groups {
		g.Rows = g.Rows[:min(len(g.Rows), max(0, paperRows-rows))]
		if rows += len(g.Rows); len(g.Rows) > 0 {
			paper.Groups = append(paper.Groups, g)
		}
	}
	paper.Measured = list(most(eachOnce(p.Run.Measurements), paperNumbers, "number", &paper.Left), func(m Measurement) string {
		return short(m.Name) + ": " + number(m.Value) + " " + short(m.Unit)
	})
	return paper
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

// most is the beginning of a list; of what is left out it makes a note.
func most[T any](list []T, n int, noun string, left *[]string) []T {
	if more := len(list) - n; more > 0 {
		*left = append(*left, plural(more, "more "+noun))
		return slices.Clip(list[:n])
	}
	return list
}

// short is a text of a line on paper.
func short(s string) string { return shorten(oneLine(s), paperText) }
