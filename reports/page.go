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
	titles *titles
}

// blank is a page with nothing on it yet, whose titles are told from those of p.
func (p *page) blank() *page {
	if p.titles == nil {
		p.titles = &titles{}
	}
	return &page{Terminal: p.Terminal, titles: p.titles}
}

// title is a title in so many characters.
func (p *page) title(title string, width int) string {
	if p.titles == nil {
		p.titles = &titles{}
	}
	return p.titles.cut(title, width)
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

// joined is short parts with dots between them, broken at the width, never in a part that
// fits on a line; what has no space to break at is cut.
func (p *page) joined(first string, parts []string) {
	const dot = " ·"
	lines := []string{first}
	for i, part := range parts {
		last := &lines[len(lines)-1]
		between := dot + " "
		if i == 0 {
			between = ""
		}
		if longer := *last + between + part; uncoloured(longer)+len(dot) <= p.width() {
			*last = longer
			continue
		}
		*last = strings.TrimRight(*last, " ")
		if i > 0 {
			*last += dot
		}
		room := p.width() - len("  "+dot)
		for _, l := range wrap(part, room) {
			if uncoloured(l) > room {
				l = shorten(l, room)
			}
			lines = append(lines, "  "+l)
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
