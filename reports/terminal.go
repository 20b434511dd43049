package reports

import (
	"fmt"
	"io"
	"regexp"
	"strings"
)

// Terminal says how to write for people.
type Terminal struct {
	Live  bool // one line that follows the run; otherwise plain lines
	Color bool
	Width int // characters a line; 0 means 80
}

func (t Terminal) width() int {
	if t.Width <= 0 {
		return 80
	}
	return max(t.Width, 30)
}

// signs tell the verdicts apart by themselves, so that nobody needs the colour.
var signs = map[Verdict]string{
	Passed: "✓", Failed: "✗", Errored: "‼", Warned: "!", Inconclusive: "?", Skipped: "–", Noted: "i", Known: "~",
}

var colors = map[Verdict]string{
	Passed: "32", Failed: "31", Errored: "31", Warned: "33", Inconclusive: "33", Skipped: "2", Noted: "36", Known: "35",
}

func (t Terminal) paint(code, s string) string {
	if !t.Color || code == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func (t Terminal) sign(v Verdict) string { return t.paint(colors[v], signs[v]) }

// WriteTerminal writes what went wrong and the summary.
func WriteTerminal(w io.Writer, redacted Redacted, t Terminal) error {
	p := &page{Terminal: t}
	p.run(&redacted.run)
	_, err := io.WriteString(w, p.String())
	return err
}

// page is terminal output in the making.
type page struct {
	Terminal
	strings.Builder
	listed bool // it is one line of a list
}

func (p *page) line(format string, args ...any) {
	text := strings.TrimRight(fmt.Sprintf(format, args...), " ")
	p.WriteString(text + "\n")
}

func (p *page) run(run *Run) {
	p.problems(run)
	rest := &page{Terminal: p.Terminal}
	rest.skips(run)
	rest.measurements(eachOnce(run.Measurements), run.broken())
	rest.steps(run)
	rest.summary(run)
	p.causes(run, reportLines-p.height()-rest.height())
	p.WriteString(rest.String())
}

// reportLines is how long the report may be, where it can: three screens with the
// lines that told of the progress. What is left out stands in the other reports.
const reportLines = 125

var colours = regexp.MustCompile("\x1b\\[[0-9;]*m")

// height is how many lines of the terminal the page takes, broken at its width.
func (p *page) height() int {
	lines := 0
	for l := range strings.Lines(colours.ReplaceAllString(p.String(), "")) {
		lines += max(1, (runeLen(strings.TrimSuffix(l, "\n"))+p.width()-1)/p.width())
	}
	return lines
}

// fewMeasured is how many numbers the terminal shows where something is broken.
const fewMeasured = 6

func (p *page) measurements(list []Measurement, few bool) {
	if len(list) == 0 {
		return
	}
	p.line("")
	p.line("measured")
	for i, m := range list {
		if few && i == fewMeasured && len(list) > fewMeasured+1 {
			p.line("  %12s  %s", "", p.paint("2", fmt.Sprintf("… and %d more %s", len(list)-i, inTheFiles)))
			return
		}
		p.line("  %12s  %s", strings.TrimSpace(number(m.Value)+" "+oneLine(m.Unit)), oneLine(m.Name))
	}
}
