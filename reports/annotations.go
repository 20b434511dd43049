package reports

import (
	"fmt"
	"io"
	"strings"

	"github.com/dpopspec/dpopspec/internal/visible"
)

// annotationLimit is how many annotations of a kind GitHub shows for a step.
const annotationLimit = 10

// WriteAnnotations writes workflow commands of GitHub Actions, which show a
// failure at its line of the feature file, one a cause. What is wrong with the set-up
// comes first, then errors; GitHub shows ten of a kind, so the tenth says how many there are beyond.
func WriteAnnotations(w io.Writer, redacted Redacted) error {
	run := &redacted.run
	var b strings.Builder
	for _, p := range run.SetUp {
		title := clip(oneLine(p.What), titleWidth)
		fmt.Fprintf(&b, "::error title=%s::%s\n", escapeProperty(title), escapeData(problemText(run, p)))
	}
	causes := run.Causes()
	annotate(&b, "error", causes, func(c Cause) bool { return c.gives(run.Strict) })
	annotate(&b, "warning", causes, func(c Cause) bool {
		return c.Verdict == Warned && !run.Strict || c.Verdict == Inconclusive
	})
	_, err := io.WriteString(w, b.String())
	return err
}

func annotate(b *strings.Builder, kind string, causes []Cause, chosen func(Cause) bool) {
	var list []Cause
	for _, c := range causes {
		if chosen(c) {
			list = append(list, c)
		}
	}
	for i, c := range list {
		if i == annotationLimit-1 && len(list) > annotationLimit {
			more := plural(len(list)-i, "more cause") + "; see the reports of the run"
			fmt.Fprintf(b, "::%s::%s\n", kind, escapeData(more))
			return
		}
		fmt.Fprintf(b, "::%s %s::%s\n", kind, annotationProperties(c), escapeData(annotationText(c)))
	}
}

func annotationProperties(cause Cause) string {
	var list []string
	c, title := cause.Example(), cause.Title
	if len(cause.Cases) == 1 {
		title = c.Title()
	}
	if c.Feature != "" {
		list = append(list, "file="+escapeProperty(visible.Text(c.Feature)))
		if c.Line > 0 {
			list = append(list, fmt.Sprintf("line=%d", c.Line))
		}
	}
	return strings.Join(append(list, "title="+escapeProperty(oneLine(title))), ",")
}

func annotationText(cause Cause) string {
	var lines []string
	c := cause.Example()
	if len(cause.Cases) > 1 {
		lines = append(lines, cause.facts(), "For example "+oneLine(c.Title()))
	}
	lines = append(lines, oneLine(headline(c)))
	for _, q := range c.Requirements {
		lines = append(lines, oneLine(q.ID+" "+section(q.Section)+": "+q.Text))
	}
	if c.Repeat != "" {
		lines = append(lines, "Repeat: "+oneLine(c.Repeat))
	}
	return strings.Join(lines, "\n")
}

// escapeData and escapeProperty are the escapes of the toolkit of GitHub Actions.
func escapeData(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

func escapeProperty(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(s)
}
