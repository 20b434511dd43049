package reports

import (
	"fmt"
	"io"
	"strings"
)

// WriteTerminal writes what went wrong and the summary.
func WriteTerminal(w io.Writer, redacted Redacted, t Terminal) error {
	p := &page{Terminal: t}
	p.run(&redacted.run)
	_, err := io.WriteString(w, p.String())
	return err
}

func (p *page) run(run *Run) {
	p.problems(run)
	rest := p.blank()
	if !run.unfit() { // else its problems are to be read, and the verdict
		rest.skips(run)
	}
	rest.measurements(eachOnce(run.Measurements), run.broken())
	rest.steps(run)
	rest.summary(run)
	p.causes(run, reportLines-p.height()-rest.height())
	p.WriteString(rest.String())
}

// reportLines is how long the report may be, where it can: three screens with the
// lines that told of the progress. What is left out stands in the other reports.
const reportLines = 125

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
