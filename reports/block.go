package reports

import "strings"

// headline says in one sentence what became of the case.
func headline(c Case) string {
	text := whatCame(c)
	if rounds := c.InSomeRounds(); rounds != "" {
		text += " (" + rounds + ")"
	}
	return text
}

// whatCame says what became of the case, whatever became of it in other rounds.
func whatCame(c Case) string {
	switch {
	case c.Reason != "":
		return c.Reason
	case c.Expected != "" && c.Actual != "":
		return "expected " + c.Expected + "; got " + c.Actual
	case c.Actual != "":
		return c.Actual
	}
	return string(c.Verdict) + ", without a reason"
}

// line is a part of the block that explains a case: a label and what it labels.
// Raw parts keep their lines, indentation and length.
type line struct {
	label, text string
	raw         bool
}

// block explains a case: requirement, expectation, observation, evidence,
// reason, remedy and the command that repeats it.
func block(c Case) []line {
	var lines []line
	add := func(label, text string) {
		if text != "" {
			lines = append(lines, line{label, text, false})
		}
	}
	for _, q := range c.Requirements {
		add("requirement", requirementLine(q))
	}
	add("expected", c.Expected)
	add("actual", c.Actual)
	if c.Reason != c.Actual {
		add("reason", c.Reason)
	}
	add("rounds", c.InSomeRounds())
	for _, s := range c.Steps {
		if s.Status == "failed" {
			add("step", strings.TrimSpace(s.Keyword)+" "+s.Text)
		}
	}
	for _, e := range c.Exchanges {
		lines = append(lines, exchangeLines(e)...)
	}
	for _, h := range c.Heard {
		lines = append(lines, heardLines(h)...)
	}
	for _, n := range c.Notes {
		add("note", n)
	}
	for _, q := range c.Requirements {
		if blames(c) { // otherwise nothing is wrong that the party could mend
			add("why", q.Why)
			add("remedy", q.Remedy)
		}
	}
	add("repeat", c.Repeat)
	return lines
}

func requirementLine(q Requirement) string {
	parts := []string{q.ID}
	if q.Section != "" {
		parts = append(parts, section(q.Section))
	}
	if q.Level != "" {
		parts = append(parts, q.Level)
	}
	return strings.Join(parts, " · ") + "\n" + q.Text
}

// section is the section with its sign, if it is a number: §4.3 (8).
func section(s string) string {
	if s != "" && s[0] >= '0' && s[0] <= '9' {
		return "§" + s
	}
	return s
}

// heardLines tell what a server that the harness started did while the case ran.
func heardLines(h Heard) []line {
	var lines []line
	if h.Ended != "" {
		lines = append(lines, line{"ended", h.Party + ": " + h.Ended + " while this case ran", false})
	}
	if h.Text != "" {
		lines = append(lines, line{"standard error", "of " + h.Party + ", while this case ran:\n" + h.Text, true})
	}
	return lines
}

func exchangeLines(e Exchange) []line {
	title := e.Title
	if title == "" {
		title = "request and response"
	}
	lines := []line{{"exchange", title, false}}
	raw := func(label, text string) {
		if text != "" {
			lines = append(lines, line{label, text, true})
		}
	}
	raw("request", strings.TrimRight(e.Request, "\r\n"))
	raw("response", strings.TrimRight(e.Response, "\r\n"))
	if e.Proof != nil {
		raw("proof header", e.Proof.Header)
		raw("proof claims", e.Proof.Claims)
		raw("proof problem", e.Proof.Problem)
	}
	return lines
}

// Block explains a case that did not pass as plain text: requirement, expected,
// actual, evidence, why it matters, remedy and how to repeat it. The case must
// have been masked by a Redactor.
func Block(c Case) string { return failureText(c) }

// Briefly says in one line what became of a case. The case must have been masked by
// a Redactor.
func Briefly(c Case) string {
	if c.Expected == "" && c.Actual == "" {
		return clip(oneLine(headline(c)), setUpWidth)
	}
	return clip(oneLine("expected "+c.Expected+"; got "+c.Actual), setUpWidth)
}

// again explains a case that did not pass in a few lines: its cause was told at
// another case, which first names.
func again(c Case, first string) string {
	var b strings.Builder
	for _, l := range []line{
		{label: "expected", text: c.Expected}, {label: "actual", text: c.Actual},
		{label: "same cause as", text: first}, {label: "repeat", text: c.Repeat},
	} {
		if l.text != "" {
			b.WriteString(l.label + ": " + oneLine(l.text) + "\n")
		}
	}
	return b.String()
}

// failureText is the block as plain text.
func failureText(c Case) string {
	var b strings.Builder
	for _, l := range block(c) {
		b.WriteString(l.label + ":")
		if l.raw || strings.Contains(l.text, "\n") {
			b.WriteString("\n    " + strings.ReplaceAll(l.text, "\n", "\n    ") + "\n")
		} else {
			b.WriteString(" " + l.text + "\n")
		}
	}
	return b.String()
}

// passText is what a pass tells: what was expected, what was seen, what was noted.
func passText(c Case) string {
	var b strings.Builder
	for _, l := range []line{
		{label: "expected", text: c.Expected}, {label: "actual", text: c.Actual}, {label: "reason", text: c.Reason},
	} {
		if l.text != "" {
			b.WriteString(l.label + ": " + l.text + "\n")
		}
	}
	for _, n := range c.Notes {
		b.WriteString("note: " + n + "\n")
	}
	return b.String()
}
