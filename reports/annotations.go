package reports

import (
	"fmt"
	"io"
	"strings"
)

// annotationLimit is how many annotations of a kind GitHub shows for a step.
const annotationLimit = 10

// WriteAnnotations writes workflow commands of GitHub Actions, which show a
// failure at its line of the feature file. Errors come first; GitHub shows ten
// of a kind, so the tenth says how many there are beyond.
func WriteAnnotations(w io.Writer, redacted Redacted) error {
	run := &redacted.run
	var b strings.Builder
	annotate(&b, "error", run.Cases, func(c Case) bool { return c.Fails(run.Strict) || c.Verdict == Errored })
	annotate(&b, "warning", run.Cases, func(c Case) bool {
		return c.Verdict == Warned && !run.Strict || c.Verdict == Inconclusive
	})
	_, err := io.WriteString(w, b.String())
	return err
}

func annotate(b *strings.Builder, kind string, cases []Case, chosen func(Case) bool) {
	var list []Case
	for _, c := range cases {
		if chosen(c) {
			list = append(list, c)
		}
	}
	for i, c := range list {
		if i == annotationLimit-1 && len(list) > annotationLimit {
			more := plural(len(list)-i, "more case") + "; see the reports of the run"
			fmt.Fprintf(b, "::%s::%s\n", kind, escapeData(more))
			return
		}
		fmt.Fprintf(b, "::%s %s::%s\n", kind, annotationProperties(c), escapeData(annotationText(c)))
	}
}

func annotationProperties(c Case) string {
	var list []string
	if c.Feature != "" {
		list = append(list, "file="+escapeProperty(c.Feature))
		if c.Line > 0 {
			list = append(list, fmt.Sprintf("line=%d", c.Line))
		}
	}
	return strings.Join(append(list, "title="+escapeProperty(oneLine(c.Title()))), ",")
}

func annotationText(c Case) string {
	lines := []string{oneLine(headline(c))}
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
