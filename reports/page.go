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

var colours = regexp.MustCompile("\x1b\\[[0-9;]*m")

// height is how many lines of the terminal the page takes, broken at its width.
func (p *page) height() int {
	lines := 0
	for l := range strings.Lines(colours.ReplaceAllString(p.String(), "")) {
		lines += max(1, (runeLen(strings.TrimSuffix(l, "\n"))+p.width()-1)/p.width())
	}
	return lines
}
