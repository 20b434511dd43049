package reports

import (
	"fmt"
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

// heading is what is wrong, behind the sign of its verdict.
func (p *page) heading(v Verdict, text string) {
	for i, l := range wrap(text, p.width()-2) {
		sign := " "
		if i == 0 {
			sign = p.sign(v)
		}
		p.line("%s %s", sign, p.paint("1", l))
	}
}

// wrapped is a sentence, in a colour if one is given.
func (p *page) wrapped(text, colour string) {
	for _, l := range wrap(oneLine(text), p.width()-2) {
		p.line("  %s", p.paint(colour, l))
	}
}

// joined is short parts with dots between them, broken at the width, never in a part.
func (p *page) joined(first string, parts []string) {
	lines := []string{first + parts[0]}
	for _, part := range parts[1:] {
		last := &lines[len(lines)-1]
		if longer := *last + " · " + part; uncoloured(longer)+2 <= p.width() {
			*last = longer
		} else {
			*last += " ·"
			lines = append(lines, "  "+part)
		}
	}
	for _, l := range lines {
		p.line("%s", l)
	}
}

var colours = regexp.MustCompile("\x1b\\[[0-9;]*m")

// uncoloured is how many characters of a text are seen.
func uncoloured(text string) int { return runeLen(colours.ReplaceAllString(text, "")) }

// height is how many lines of the terminal the page takes, broken at its width.
func (p *page) height() int {
	lines := 0
	for l := range strings.Lines(p.String()) {
		lines += max(1, (uncoloured(strings.TrimSuffix(l, "\n"))+p.width()-1)/p.width())
	}
	return lines
}
