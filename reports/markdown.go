package reports

import (
	"fmt"
	"io"
	"strings"
)

// markdownLimit keeps the summary below what a comment on GitHub holds (65,536
// characters), and so far below what a step summary holds (1 MiB).
const markdownLimit = 60_000

// WriteMarkdown writes a summary for $GITHUB_STEP_SUMMARY and for comments on
// merge requests: the verdict, what is missing, each failure folded. What does
// not fit is counted and left to the other reports.
func WriteMarkdown(w io.Writer, redacted Redacted) error {
	run := &redacted.run
	var b strings.Builder
	markdownHead(&b, run)
	markdownGaps(&b, run)
	left := 0
	for _, c := range run.Cases {
		if !c.Fails(run.Strict) && c.Verdict != Errored {
			continue
		}
		if text := markdownFailure(c); b.Len()+len(text) < markdownLimit*4/5 {
			b.WriteString(text)
		} else {
			left++
		}
	}
	if left > 0 {
		fmt.Fprintf(&b, "\n%s not shown here; see the HTML or JSON report.\n", plural(left, "more failure"))
	}
	markdownOthers(&b, run)
	_, err := io.WriteString(w, b.String())
	return err
}

var marks = map[Conformance]string{
	Conformant: "✅", NotConformant: "❌", Partial: "⚠️", CouldNotTest: "❌", SelectionPassed: "✅",
}

func markdownHead(b *strings.Builder, run *Run) {
	conformance := run.Conformance()
	fmt.Fprintf(b, "## %s DPoP: %s\n\n", marks[conformance], conformance)
	fmt.Fprintf(b, "Profile `%s`", code(run.Profile))
	if run.Strict {
		b.WriteString(", strict")
	}
	if run.Level != "" {
		fmt.Fprintf(b, ", level `%s`", code(run.Level))
	}
	for _, p := range run.Target {
		fmt.Fprintf(b, " · %s: %s", markdown(p.Role), markdown(strings.TrimSpace(p.Name+" ("+p.Kind+")")))
		if p.Where != "" {
			fmt.Fprintf(b, " `%s`", code(clip(p.Where, 120)))
		}
	}
	if run.Selection != nil {
		fmt.Fprintf(b, " · %s", markdown(run.Selection.words(len(run.Cases))))
	}
	if run.Requests > 0 {
		fmt.Fprintf(b, " · %s", plural(run.Requests, "request"))
	}
	b.WriteString("\n\n")
	for _, why := range append(partiality(run), fleet(run)...) {
		fmt.Fprintf(b, "- %s\n", markdown(why))
	}
	s := run.Summary()
	b.WriteString("\n|")
	rule, row := "|", "|"
	for _, v := range Verdicts {
		if n := s.Of(v); n > 0 {
			fmt.Fprintf(b, " %s %s |", signs[v], v)
			rule += "---:|"
			row += fmt.Sprintf(" %d |", n)
		}
	}
	fmt.Fprintf(b, " total | time |\n%s---:|---:|\n%s %d | %s |\n", rule, row, s.Total, brevity(run.Duration))
}

func markdownGaps(b *strings.Builder, run *Run) {
	gaps := run.Gaps()
	if len(gaps) == 0 {
		return
	}
	b.WriteString("\n<details><summary>Mandatory requirements that could not be tested</summary>\n\n")
	for i, g := range gaps {
		if i == 40 {
			fmt.Fprintf(b, "- … and %d more\n", len(gaps)-i)
			break
		}
		reasons := markdown(clip(strings.Join(g.Reasons, "; "), 200))
		fmt.Fprintf(b, "- `%s` %s: %s\n", code(g.Name()), g.Verdict, reasons)
	}
	b.WriteString("\n</details>\n")
}

func markdownFailure(c Case) string {
	var b strings.Builder
	place := code(fmt.Sprintf("%s:%d", c.Feature, c.Line))
	fmt.Fprintf(&b, "\n### %s %s\n\n`%s`\n\n", signs[c.Verdict], markdown(clip(c.Title(), 200)), place)
	for _, q := range c.Requirements {
		fmt.Fprintf(&b, "- **%s** %s %s — %s\n",
			markdown(q.ID), markdown(section(q.Section)), markdown(q.Level), markdown(q.Text))
	}
	for _, p := range []Property{
		{"Expected", c.Expected}, {"Actual", c.Actual}, {"Reason", c.Reason}, {"Broke", c.InSomeRounds()},
	} {
		if p.Value != "" {
			fmt.Fprintf(&b, "- **%s:** %s\n", p.Name, markdown(clip(p.Value, 600)))
		}
	}
	for _, q := range c.Requirements {
		for _, p := range []Property{{"Why it matters", q.Why}, {"What to do", q.Remedy}} {
			if p.Value != "" {
				fmt.Fprintf(&b, "- **%s:** %s\n", p.Name, markdown(p.Value))
			}
		}
	}
	if c.Repeat != "" {
		fmt.Fprintf(&b, "- **Repeat:** `%s`\n", code(c.Repeat))
	}
	for _, e := range c.Exchanges {
		fmt.Fprintf(&b, "\n<details><summary>%s</summary>\n\n", markdown(firstOf(e.Title, "The exchange")))
		for _, l := range exchangeLines(e)[1:] {
			b.WriteString(fenced(l.label, clipBytes(visible(l.text), 4_000)))
		}
		b.WriteString("</details>\n")
	}
	return b.String()
}

// markdownOthers names the cases that need a look and break nothing.
func markdownOthers(b *strings.Builder, run *Run) {
	for _, v := range []Verdict{Warned, Known, Inconclusive} {
		var lines []string
		for _, c := range run.Cases {
			if c.Verdict == v && !c.Fails(run.Strict) {
				title, says := markdown(clip(c.Title(), 200)), markdown(clip(headline(c), 300))
				lines = append(lines, fmt.Sprintf("- %s — %s\n", title, says))
			}
		}
		if len(lines) == 0 {
			continue
		}
		fmt.Fprintf(b, "\n<details><summary>%s %d %s</summary>\n\n", signs[v], len(lines), v)
		for i, l := range lines {
			if b.Len()+len(l) > markdownLimit-1_000 {
				fmt.Fprintf(b, "- … and %d more\n", len(lines)-i)
				break
			}
			b.WriteString(l)
		}
		b.WriteString("\n</details>\n")
	}
}

// markdown is the text as text: on one line, with nothing that Markdown or HTML would act on.
func markdown(s string) string {
	var b strings.Builder
	for _, r := range oneLine(s) {
		switch r {
		case '&':
			b.WriteString("&amp;")
		case '<':
			b.WriteString("&lt;")
		case '>':
			b.WriteString("&gt;")
		case '@': // nobody is to be notified of a failure by an accident of its text
			b.WriteString("&#64;")
		case '\\', '`', '*', '_', '[', ']', '|', '#', '!', '~', '$':
			b.WriteString("\\" + string(r))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// code is the text inside a pair of backticks.
func code(s string) string { return strings.ReplaceAll(oneLine(s), "`", "'") }

// fenced is a block of code whose fence is longer than any in the text.
func fenced(label, text string) string {
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	language := ""
	switch label {
	case "request", "response":
		language = "http"
	case "proof header", "proof claims":
		language = "json"
	}
	return "\n" + label + "\n\n" + fence + language + "\n" + text + "\n" + fence + "\n\n"
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
