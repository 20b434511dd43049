package reports

import (
	"fmt"
	"strings"
)

const (
	labelWidth   = 14
	messageLimit = 4 << 10 // bytes of a message; the HTML and JSON reports hold more
)

// block is what explains a case. Of each message it shows at most so many lines;
// 0: all of them.
func (p *page) block(c Case, lines int) {
	for _, l := range block(c) {
		text := visible(clipBytes(l.text, messageLimit))
		if l.raw {
			p.raw(l.label, clipLines(text, lines, p.width()-6))
			continue
		}
		p.labelled(l.label, wrap(text, p.width()-labelWidth-2))
	}
}

// clipLines cuts the text to at most so many lines of at most so many characters,
// and says how many are missing. 0 lines: nothing is cut.
func clipLines(text string, most, width int) string {
	if most == 0 {
		return text
	}
	lines := strings.Split(text, "\n")
	more := len(lines) - most
	if more > 1 { // the line that says so takes the place of one
		lines = append(lines[:most-1:most-1], fmt.Sprintf("… %d more lines", more+1))
	}
	for i, l := range lines {
		lines[i] = clip(l, width)
	}
	return strings.Join(lines, "\n")
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
