package reports

import (
	"fmt"
	"strings"
	"time"
)

// steps are the steps to take first, before the verdict, but for those that the
// problems of the set-up have told already.
func (p *page) steps(run *Run) {
	steps := run.furtherSteps()
	if len(steps) == 0 {
		return
	}
	p.line("")
	p.line("%s", p.paint("1", "steps to take first"))
	for i, step := range steps {
		for j, l := range wrap(step.line(), p.width()-5) {
			number := ""
			if j == 0 {
				number = fmt.Sprintf("%d.", i+1)
			}
			p.line("  %-2s %s", number, l)
		}
	}
}

// summary is the last word: the verdict, what it rests on, and the counts.
func (p *page) summary(run *Run) {
	conformance := run.Conformance()
	p.line("")
	p.joined(p.verdict(conformance)+"  ", p.subjects(run))
	p.because(run)
	p.joined("  ", p.counts(run))
}

func (p *page) verdict(c Conformance) string {
	code := map[Conformance]string{
		Conformant: "1;32", NotConformant: "1;31", Partial: "1;33", CouldNotTest: "1;31", SelectionPassed: "1;32",
	}[c]
	return p.paint(code, strings.ToUpper(string(c)))
}

// subjects says against whom and under what the verdict holds.
func (p *page) subjects(run *Run) []string {
	parts := []string{"profile " + oneLine(run.Profile)}
	if run.Strict {
		parts[0] += ", strict"
	}
	if run.Selection != nil {
		parts = append([]string{run.Selection.words(len(run.Cases))}, parts...)
	}
	if run.Level != "" {
		parts = append(parts, "level "+oneLine(run.Level))
	}
	for _, party := range run.Target {
		name := strings.TrimSpace(oneLine(party.Name) + " (" + oneLine(party.Kind) + ")")
		parts = append(parts, oneLine(party.Role)+" "+name)
	}
	return parts
}

// words say how much of the plan was run.
func (s *Selection) words(cases int) string {
	text := fmt.Sprintf("%d of %s", cases, plural(s.Of, "case"))
	if s.How != "" {
		text += " (" + oneLine(s.How) + ")"
	}
	return text
}

// partiality is why a run that broke nothing is not conformant either, and
// what is missing from one that did.
func partiality(run *Run) []string {
	var why []string
	s := run.Summary()
	if run.Interrupted {
		why = append(why, "The run was cut short: cases are missing.")
	}
	if run.Selection != nil && len(run.Selection.Lost) > 0 {
		why = append(why, "Shards are missing: "+strings.Join(run.Selection.Lost, ", ")+".")
	}
	if s.Total == 0 {
		why = append(why, "No case was run.")
	}
	if n := len(run.Gaps()); n > 0 {
		why = append(why, plural(n, "mandatory requirement")+" could not be tested.")
	}
	if s.Known > 0 {
		why = append(why, plural(s.Known, "known deviation")+" excused.")
	}
	if s.Errored > 0 {
		why = append(why, plural(s.Errored, "case")+" ended in an error of the harness or of the way to the target.")
	}
	return why
}

const gapLines = 12

// gaps names what could not be tested: what has one reason, in one line.
func (p *page) gaps(run *Run) {
	groups := gapGroups(run)
	most := gapLines
	if run.broken() {
		most = gapLines / 4 // something else is to be read first
	}
	for i, g := range groups {
		if i == most {
			p.line("  %s", p.paint("2", fmt.Sprintf("… and %s %s", plural(len(groups)-most, "more reason"), inTheFiles)))
			return
		}
		text := signs[g.Verdict] + " " + g.names(fewIDs) + ": " + g.Because
		p.line("  %s", p.paint("2", clip(text, p.width()-2)))
	}
}

func (p *page) counts(run *Run) []string {
	s := run.Summary()
	parts := []string{plural(s.Total, "case")}
	for _, v := range Verdicts {
		if n := s.Of(v); n > 0 {
			parts = append(parts, p.paint(colors[v], fmt.Sprintf("%d %s", n, v)))
		}
	}
	if run.Rounds > 1 {
		parts = append(parts, plural(run.Rounds, "round"))
	}
	if run.Requests > 0 {
		parts = append(parts, tally(run.Requests, "request"))
	}
	if n := len(run.NotRun); n > 0 {
		parts = append(parts, fmt.Sprintf("%d not selected", n))
	}
	return append(parts, brevity(run.Duration))
}

// brevity is a duration as people say it.
func brevity(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return d.Round(time.Second).String()
}
