package reports

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
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
}

func (p *page) line(format string, args ...any) {
	text := strings.TrimRight(fmt.Sprintf(format, args...), " ")
	p.WriteString(text + "\n")
}

func (p *page) run(run *Run) {
	blocks := 0
	for _, c := range run.Cases {
		if !c.Fails(run.Strict) && c.Verdict != Errored {
			continue
		}
		p.line("")
		if blocks++; blocks <= fullBlocks {
			p.failure(c)
		} else {
			p.short(c)
		}
	}
	p.shortList(run, Warned)
	p.shortList(run, Known)
	p.shortList(run, Inconclusive)
	p.skips(run)
	p.measurements(eachOnce(run.Measurements))
	p.setUp(run)
	p.summary(run)
}

const (
	labelWidth   = 14
	fullBlocks   = 20      // failures beyond get a few lines: where all is broken, evidence buries the verdict
	messageLimit = 4 << 10 // bytes of a message; the HTML and JSON reports hold more
)

// failure is the block of a case that broke a requirement or could not be tested.
func (p *page) failure(c Case) {
	p.line("%s %s", p.sign(c.Verdict), p.paint("1", oneLine(c.Title())))
	p.line("  %s", p.paint("2", p.place(c)))
	p.line("")
	for _, l := range block(c) {
		if l.raw {
			p.raw(l.label, visible(clipBytes(l.text, messageLimit)))
			continue
		}
		p.labelled(l.label, wrap(visible(clipBytes(l.text, messageLimit)), p.width()-labelWidth-2))
	}
}

func (p *page) place(c Case) string {
	place := oneLine(c.Feature)
	if c.Line > 0 {
		place += fmt.Sprintf(":%d", c.Line)
	}
	if c.Subject != "" {
		place += " · " + oneLine(c.Subject)
	}
	return place
}

func (p *page) labelled(label string, lines []string) {
	for i, text := range lines {
		if i > 0 {
			label = ""
		}
		p.line("  %s%s", p.paint("2", fmt.Sprintf("%-*s", labelWidth, label)), text)
	}
}

// raw prints a message as it is, marked by its direction.
func (p *page) raw(label, text string) {
	mark := "  "
	switch label {
	case "request":
		mark = "> "
	case "response":
		mark = "< "
	default:
		p.labelled(label, []string{""})
	}
	for _, l := range strings.Split(text, "\n") {
		p.line("    %s%s", p.paint("2", mark), l)
	}
}

// shortList names the cases with the verdict and why, a line each.
func (p *page) shortList(run *Run, v Verdict) {
	first := true
	for _, c := range run.Cases {
		if c.Verdict != v || c.Fails(run.Strict) {
			continue
		}
		if first {
			p.line("")
			first = false
		}
		p.short(c)
	}
}

// short is a case in its title, its reason and the command that repeats it.
func (p *page) short(c Case) {
	p.line("%s %s", p.sign(c.Verdict), clip(oneLine(c.Title()), p.width()-2))
	reason := oneLine(headline(c))
	if ids := c.requirementIDs(); len(ids) > 0 {
		reason = oneLine(strings.Join(ids, " ")) + ": " + reason
	}
	for _, l := range wrap(reason, p.width()-2) {
		p.line("  %s", p.paint("2", l))
	}
	if c.Repeat != "" && (c.Verdict == Failed || c.Verdict == Errored) {
		p.line("  %s", p.paint("2", oneLine(c.Repeat)))
	}
}

// skips gives the reasons why cases were skipped, with how many each.
func (p *page) skips(run *Run) {
	count := map[string]int{}
	var reasons []string
	for _, c := range run.Cases {
		if c.Verdict != Skipped || c.Blocked != "" {
			continue
		}
		reason := oneLine(headline(c))
		if count[reason] == 0 {
			reasons = append(reasons, reason)
		}
		count[reason]++
	}
	if len(reasons) == 0 {
		return
	}
	slices.SortStableFunc(reasons, func(a, b string) int { return count[b] - count[a] })
	p.line("")
	p.line("%s skipped", p.sign(Skipped))
	for _, reason := range reasons {
		for i, l := range wrap(reason, p.width()-8) {
			n := ""
			if i == 0 {
				n = fmt.Sprint(count[reason])
			}
			p.line("  %4s  %s", n, l)
		}
	}
}

func (p *page) measurements(list []Measurement) {
	if len(list) == 0 {
		return
	}
	p.line("")
	p.line("measured")
	for _, m := range list {
		p.line("  %12s  %s", strings.TrimSpace(number(m.Value)+" "+oneLine(m.Unit)), oneLine(m.Name))
	}
}

// summary is the last word: the verdict, what it rests on, and the counts.
func (p *page) summary(run *Run) {
	conformance := run.Conformance()
	p.line("")
	p.line("%s  %s", p.verdict(conformance), p.subjects(run))
	for _, reason := range partiality(run) {
		for _, l := range wrap(oneLine(reason), p.width()-2) {
			p.line("  %s", l)
		}
	}
	p.gaps(run)
	p.line("  %s", p.counts(run))
}

func (p *page) verdict(c Conformance) string {
	code := map[Conformance]string{
		Conformant: "1;32", NotConformant: "1;31", Partial: "1;33", CouldNotTest: "1;31", SelectionPassed: "1;32",
	}[c]
	return p.paint(code, strings.ToUpper(string(c)))
}

// subjects says against whom and under what the verdict holds.
func (p *page) subjects(run *Run) string {
	parts := []string{"profile " + oneLine(run.Profile)}
	if run.Strict {
		parts[0] += ", strict"
	}
	if run.Selection != nil {
		parts = append([]string{run.Selection.words(len(run.Cases))}, parts...)
	}
	for _, party := range run.Target {
		name := strings.TrimSpace(oneLine(party.Name) + " (" + oneLine(party.Kind) + ")")
		parts = append(parts, oneLine(party.Role)+" "+name)
	}
	return strings.Join(parts, " · ")
}

// words say how much of the plan was run.
func (s *Selection) words(cases int) string {
	text := fmt.Sprintf("%d of %s", cases, plural(s.Of, "case"))
	if s.How != "" {
		text += " (" + oneLine(s.How) + ")"
	}
	return text
}

// partiality is why a run that broke nothing is not conformant either, and
// what is missing from one that did.
func partiality(run *Run) []string {
	var why []string
	s := run.Summary()
	if run.Interrupted {
		why = append(why, "The run was cut short: cases are missing.")
	}
	if run.Selection != nil && len(run.Selection.Lost) > 0 {
		why = append(why, "Shards are missing: "+strings.Join(run.Selection.Lost, ", ")+".")
	}
	if s.Total == 0 {
		why = append(why, "No case was run.")
	}
	if n := len(run.Gaps()); n > 0 {
		why = append(why, plural(n, "mandatory requirement")+" could not be tested.")
	}
	if s.Known > 0 {
		why = append(why, plural(s.Known, "known deviation")+" excused.")
	}
	if s.Errored > 0 {
		why = append(why, plural(s.Errored, "case")+" ended in an error of the harness or of the way to the target.")
	}
	return why
}

const gapLines = 12

func (p *page) gaps(run *Run) {
	if len(run.SetUp) > 0 {
		return // which comes first; what is then left is told when it is put right
	}
	gaps := run.Gaps()
	for i, gap := range gaps {
		if i == gapLines {
			p.line("  %s", p.paint("2", fmt.Sprintf("… and %d more, in the HTML and JSON reports", len(gaps)-gapLines)))
			return
		}
		text := fmt.Sprintf("%s %s: %s", signs[gap.Verdict], gap.Name(), strings.Join(gap.Reasons, "; "))
		p.line("  %s", p.paint("2", clip(oneLine(text), p.width()-2)))
	}
}

func (p *page) counts(run *Run) string {
	s := run.Summary()
	parts := []string{plural(s.Total, "case")}
	for _, v := range Verdicts {
		if n := s.Of(v); n > 0 {
			parts = append(parts, p.paint(colors[v], fmt.Sprintf("%d %s", n, v)))
		}
	}
	if n := len(run.NotRun); n > 0 {
		parts = append(parts, fmt.Sprintf("%d not selected", n))
	}
	return strings.Join(parts, " · ") + " · " + brevity(run.Duration)
}

// brevity is a duration as people say it.
func brevity(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return d.Round(time.Second).String()
}

// runeLen is the width of a text without colours.
func runeLen(s string) int { return utf8.RuneCountInString(s) }
