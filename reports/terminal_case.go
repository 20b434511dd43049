package reports

import (
	"fmt"
	"strings"

	"github.com/dpopspec/dpopspec/internal/visible"
)

const (
	labelWidth   = 14
	messageLimit = 4 << 10 // bytes of a message; the HTML and JSON reports hold more
)

// block is what explains a case. Of each message it shows at most so many lines;
// 0: all of them.
func (p *page) block(c Case, lines int) {
	for _, l := range block(c) {
		text := visible.Text(clipBytes(l.text, messageLimit))
		if l.raw {
			p.raw(l.label, clipLines(text, lines, p.width()-6))
			continue
		}
		p.labelled(l.label, wrap(text, p.width()-labelWidth-2))
	}
	if blames(c) && len(c.Requirements) > 0 {
		p.labelled("more", []string{"dpopspec explain " + oneLine(c.Requirements[0].ID)})
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
