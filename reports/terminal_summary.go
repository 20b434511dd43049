package reports

import (
	"fmt"
	"strings"
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

// furtherSteps are the steps to take after those that the problems of the set-up tell.
func (r *Run) furtherSteps() []Advice {
	if r.unfit() {
		return nil
	}
	return r.StepsFirst()[min(len(r.SetUp), mostAdvice):]
}

// summary is the last word: the verdict, what it rests on, and the counts.
func (p *page) summary(run *Run) {
	conformance := run.Conformance()
	p.line("")
	p.joined(p.verdict(conformance)+"  ", p.subjects(run))
	p.because(run)
	p.joined("  ", p.counts(run))
}

// Conclusion is the last word on a run as plain text: the verdict, why it is no better and the
// counts.
func Conclusion(r Redacted) string {
	p := &page{Terminal: Terminal{Width: setUpWidth}}
	p.summary(&r.run)
	return strings.TrimSpace(p.String())
}

// because is why the verdict is no better, and what it does not say.
func (p *page) because(run *Run) {
	for _, reason := range partiality(run) {
		p.wrapped(reason, "")
	}
	if run.unfit() {
		return
	}
	p.gaps(run)
	for _, remark := range remarks(run) {
		p.wrapped(remark, "2")
	}
}

func (p *page) verdict(c Conformance) string {
	code := map[Conformance]string{
		Conformant: "1;32", NotConformant: "1;31", Partial: "1;33", CouldNotTest: "1;31", SelectionPassed: "1;32",
	}[c]
	return p.paint(code, strings.ToUpper(string(c)))
}

// subjects says against whom and under what the verdict holds.
func (p *page) subjects(run *Run) []string {
	parts := []string{"profile " + oneLine(run.under())}
	if run.Strict {
		parts[0] += ", strict"
	}
	if run.Selection != nil {
		parts = append([]string{run.Selection.words(len(run.Cases))}, parts...)
	}
	if run.Level != "" {
		parts = append(parts, "level "+oneLine(run.Level))
	}
	if run.Set.Version != "" {
		parts = append(parts, "requirements "+oneLine(run.Set.Version))
	}
	for _, party := range run.Target {
		name := strings.TrimSpace(oneLine(party.Name) + " (" + oneLine(party.Kind) + ")")
		parts = append(parts, oneLine(party.Role)+" "+name)
	}
	return parts
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
	cut := 0 // that were to be run
	for _, left := range run.NotRun {
		if left.Cut {
			cut++
		}
	}
	if cut > 0 {
		parts = append(parts, fmt.Sprintf("%d not run", cut))
	}
	if n := len(run.NotRun) - cut; n > 0 {
		parts = append(parts, fmt.Sprintf("%d not selected", n))
	}
	return append(parts, brevity(run.Duration))
}
