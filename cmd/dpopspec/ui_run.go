package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/internal/livepage"
	"github.com/dpopspec/dpopspec/internal/visible"
	"github.com/dpopspec/dpopspec/reports"
)

// page opens the page of a run, if one is wanted: told is called as each case ends, and
// summed when all is over. The page ends with the run; a browser goes on showing it.
func (f *runFlags) page(out io.Writer, redactor *reports.Redactor, cases int) (
	told func(reports.Case), summed func(reports.Run, []reports.Output), err error,
) {
	if f.ui == "" {
		return func(reports.Case) {}, func(reports.Run, []reports.Output) {}, nil
	}
	page, err := openPage(out, f.ui, livepage.Options{
		Title: "dpopspec run", Whole: livepage.Summary{Text: fmt.Sprintf("%d cases to run", cases)},
	})
	if err != nil {
		return nil, nil, err
	}
	var count reports.Summary
	at := time.Time{}
	told = func(c reports.Case) { // one call at a time, as Options.Done says
		count.Count(c.Verdict)
		notable := c.Verdict == reports.Failed || c.Verdict == reports.Warned || c.Verdict == reports.Errored ||
			c.Verdict == reports.Inconclusive
		if notable {
			page.Add(caseEvent(redactor.Case(c)))
		}
		if notable || time.Since(at) > time.Second/4 {
			at = time.Now()
			page.Tell(livepage.Summary{Text: soFar(count, cases), Failed: count.Failed > 0})
		}
	}
	summed = func(run reports.Run, written []reports.Output) {
		text := strings.ToUpper(string(run.Conformance())) + " · " + soFar(run.Summary(), len(run.Cases))
		var files []string
		for _, o := range written {
			if o.Path != "-" {
				files = append(files, o.Path)
			}
		}
		if files != nil {
			text += " · reports: " + strings.Join(files, ", ")
		}
		page.Tell(livepage.Summary{Text: visible.Text(redactor.Text(text)), Failed: run.Summary().Failed > 0})
		page.Settle(2 * time.Second)
		page.Close()
	}
	return told, summed, nil
}

func soFar(s reports.Summary, of int) string {
	text := fmt.Sprintf("%d of %d cases", s.Total, of)
	for _, one := range []struct {
		n    int
		word reports.Verdict
	}{{s.Failed, reports.Failed}, {s.Warned, reports.Warned}, {s.Errored, reports.Errored},
		{s.Inconclusive, reports.Inconclusive}, {s.Skipped, reports.Skipped}, {s.Passed, reports.Passed}} {
		if one.n > 0 {
			text += fmt.Sprintf(" · %d %s", one.n, one.word)
		}
	}
	return text
}
