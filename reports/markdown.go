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
	markdownProblems(&b, run)
	markdownSteps(&b, run)
	markdownGaps(&b, run)
	markdownCauses(&b, run)
	_, err := io.WriteString(w, b.String())
	return err
}

var marks = map[Conformance]string{
	Conformant: "✅", NotConformant: "❌", Partial: "⚠️", CouldNotTest: "❌", SelectionPassed: "✅",
}

func markdownHead(b *strings.Builder, run *Run) {
	conformance := run.Conformance()
	fmt.Fprintf(b, "## %s DPoP: %s\n\n", marks[conformance], conformance)
	fmt.Fprintf(b, "Profile `%s`", code(run.under()))
	if run.Strict {
		b.WriteString(", strict")
	}
	if run.Level != "" {
		fmt.Fprintf(b, ", level `%s`", code(run.Level))
	}
	if run.Set.Version != "" {
		fmt.Fprintf(b, ", requirements `%s`", code(run.Set.Version))
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
		fmt.Fprintf(b, " · %s", tally(run.Requests, "request"))
	}
	b.WriteString("\n\n")
	for _, why := range append(partiality(run), remarks(run)...) {
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

// What the summary tells of gaps: how many reasons, and how many names of each.
const (
	markdownReasons = 40
	markdownNames   = 20
)

func markdownGaps(b *strings.Builder, run *Run) {
	groups := gapGroups(run)
	if len(groups) == 0 {
		return
	}
	b.WriteString("\n<details><summary>What could not be tested</summary>\n\n")
	for i, g := range groups {
		if i == markdownReasons {
			fmt.Fprintf(b, "- … and %s\n", plural(len(groups)-i, "more reason"))
			break
		}
		fmt.Fprintf(b, "- %s: %s, %s\n", markdown(g.names(markdownNames)), g.Verdict, markdown(clip(g.Because, 200)))
	}
	b.WriteString("\n</details>\n")
}
