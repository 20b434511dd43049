package reports

import (
	"fmt"
	"strings"

	"github.com/dpopspec/dpopspec/internal/visible"
)

// markdownProblems tell what is wrong with the set-up.
func markdownProblems(b *strings.Builder, run *Run) {
	for _, p := range run.SetUp {
		fmt.Fprintf(b, "\n### %s %s\n\n", signs[Errored], markdown(clip(p.What, 200)))
		for _, said := range []Property{
			{"Answer", p.Answer}, {"Look at", p.Key}, {"What to do", p.Remedy}, {"Not tested", run.cost(p)},
		} {
			if said.Value != "" {
				fmt.Fprintf(b, "- **%s:** %s\n", said.Name, markdown(clip(said.Value, 600)))
			}
		}
	}
}

func markdownSteps(b *strings.Builder, run *Run) {
	steps := run.StepsFirst()
	if len(steps) == 0 {
		return
	}
	b.WriteString("\n**Steps to take first**\n\n")
	for i, step := range steps {
		fmt.Fprintf(b, "%d. %s\n", i+1, markdown(clip(step.line(), 400)))
	}
}

// markdownCauses tell each cause of failures with an example, and fold the rest.
func markdownCauses(b *strings.Builder, run *Run) {
	causes := run.Causes()
	left := 0
	for _, c := range causes {
		if !c.gives(run.Strict) {
			continue
		}
		text := markdownCause(c, true)
		if b.Len()+len(text) > markdownLimit*3/5 {
			text = markdownCause(c, false)
		}
		if b.Len()+len(text) > markdownLimit*4/5 {
			left++
			continue
		}
		b.WriteString(text)
	}
	if left > 0 {
		fmt.Fprintf(b, "\n%s not shown here; see the HTML or JSON report.\n", plural(left, "more cause"))
	}
	for _, v := range []Verdict{Warned, Inconclusive, Known, Noted} {
		markdownOthers(b, run, v, causes)
	}
}

// markdownCause is a cause with or without its example.
func markdownCause(c Cause, example bool) string {
	var b strings.Builder
	first := c.Example()
	title := c.Title
	if len(c.Cases) == 1 {
		title = shorten(first.Title(), 200)
	}
	fmt.Fprintf(&b, "\n### %s %s\n\n", signs[c.Verdict], markdown(title))
	if len(c.Cases) > 1 {
		fmt.Fprintf(&b, "%s\n\n", markdown(c.facts()))
	}
	switch {
	case example && len(c.Cases) > 1:
		fmt.Fprintf(&b, "For example: %s\n\n", markdown(shorten(first.Title(), 200)))
		fallthrough
	case example:
		earlier := max(0, len(first.Exchanges)-1)
		first.Exchanges = first.Exchanges[earlier:]
		b.WriteString(markdownCase(first))
		if earlier > 0 {
			fmt.Fprintf(&b, "\n%s before it in the HTML and JSON reports.\n", plural(earlier, "exchange"))
		}
	default:
		fmt.Fprintf(&b, "- **Repeat:** `%s`\n", code(firstOf(first.Repeat, first.ID)))
	}
	if len(c.Cases) > 1 {
		b.WriteString(markdownIDs(c))
	}
	return b.String()
}

// mostIDs is how many cases of a cause the summary names.
const mostIDs = 20

// markdownIDs names the cases of a cause, folded.
func markdownIDs(c Cause) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n<details><summary>%s</summary>\n\n", tally(len(c.Cases), "case"))
	for i, one := range c.Cases {
		if i == mostIDs {
			fmt.Fprintf(&b, "- … and %s more\n", thousands(len(c.Cases)-i))
			break
		}
		fmt.Fprintf(&b, "- `%s`\n", code(clip(one.ID, 300)))
	}
	b.WriteString("\n</details>\n")
	return b.String()
}

// markdownOthers fold the causes of what needs a look and breaks nothing.
func markdownOthers(b *strings.Builder, run *Run, v Verdict, causes []Cause) {
	var lines []string
	cases := 0
	for _, c := range causes {
		if c.Verdict != v || c.gives(run.Strict) {
			continue
		}
		cases += len(c.Cases)
		first := c.Example()
		title := shorten(first.Title(), 200)
		if len(c.Cases) > 1 {
			title = c.Title + " · " + c.facts()
		}
		text := "- " + markdown(title)
		if says := clip(headline(first), 300); len(c.Cases) == 1 || blames(first) {
			text += " — " + markdown(says)
		}
		lines = append(lines, text+"\n")
	}
	if len(lines) == 0 {
		return
	}
	fmt.Fprintf(b, "\n<details><summary>%s %s %s</summary>\n\n", signs[v], thousands(cases), v)
	for i, l := range lines {
		if b.Len()+len(l) > markdownLimit-1_000 {
			fmt.Fprintf(b, "- … and %d more\n", len(lines)-i)
			break
		}
		b.WriteString(l)
	}
	b.WriteString("\n</details>\n")
}

// markdownCase is a case with all that it takes to act on it.
func markdownCase(c Case) string {
	var b strings.Builder
	fmt.Fprintf(&b, "`%s`\n\n", code(fmt.Sprintf("%s:%d", c.Feature, c.Line)))
	for _, q := range c.Requirements {
		fmt.Fprintf(&b, "- **%s** %s %s — %s\n",
			markdown(q.ID), markdown(section(q.Section)), markdown(q.Level), markdown(q.Text))
	}
	for _, p := range []Property{{"Expected", c.Expected}, {"Actual", c.Actual}, {"Reason", c.Reason}, {"Broke", c.InSomeRounds()}} {
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
	for _, h := range c.Heard {
		for _, l := range heardLines(h) {
			b.WriteString(fenced(l.label, clipBytes(visible.Text(l.text), 4_000)))
		}
	}
	for _, e := range c.Exchanges {
		fmt.Fprintf(&b, "\n<details><summary>%s</summary>\n\n", markdown(firstOf(e.Title, "The exchange")))
		for _, l := range exchangeLines(e)[1:] {
			b.WriteString(fenced(l.label, clipBytes(visible.Text(l.text), 4_000)))
		}
		b.WriteString("</details>\n")
	}
	return b.String()
}
