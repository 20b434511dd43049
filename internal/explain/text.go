package explain

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dpopspec/dpopspec/features"
)

// width is that of the text in columns.
const width = 80

// Of what is long the text shows so much; the JSON has all.
const (
	mostScenarios = 12
	mostCases     = 4
	mostMutants   = 8
	mostProducts  = 8
)

// Write writes an explanation as text of 80 columns.
func (e Explanation) Write(w io.Writer) error {
	p := &page{}
	p.line(e.ID + "  (" + e.Kind + ")")
	for line := range strings.SplitSeq(e.Text, "\n") {
		indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
		then := "  " + indent
		if indent != "" { // a step of a scenario
			then += "  "
		}
		p.paragraph("  "+indent, then, line)
	}
	stands := e.Stands
	if e.Level != "" {
		stands += " (" + e.Level + ")"
	}
	p.part("stands in", stands)
	p.part("", e.Link)
	p.part("binds", strings.Join(e.Binds, ", "))
	p.part("attack", e.Attack)
	p.part("expected", e.Expected)
	p.part("remedy", e.Remedy)
	for _, party := range slices.Sorted(maps.Keys(e.Remedies)) {
		p.part(roles[party], e.Remedies[party])
	}
	p.part("worth", e.worth())
	p.part("notes", e.Notes)
	p.part("no scenario", e.Waived)
	p.part("concerns", strings.Join(e.Requirements, ", "))
	p.scenarios(e.Scenarios)
	found := "found by it"
	if e.Kind == "mutant" {
		found = "in detail"
	}
	p.list(found, "mutant", len(e.Mutants), mostMutants, func(i int) string {
		return e.Mutants[i].Name + ": " + e.Mutants[i].Does
	})
	p.list("products", "product", len(e.Products), mostProducts, func(i int) string {
		return e.Products[i].Name + ": " + e.Products[i].Seen
	})
	if e.Run != "" { // whole, so that it can be copied
		p.line(fmt.Sprintf("  %-*s%s", label, "run it", e.Run))
	}
	_, err := io.WriteString(w, p.String())
	return err
}

// roles are labels of what a party can do.
var roles = map[string]string{"authorization server": "as a server", "API": "as an API", "client": "as a client"}

// worth is what a violation is worth by default, and under profiles that see it otherwise.
func (e Explanation) worth() string {
	if len(e.Worth) == 0 {
		return ""
	}
	said := func(verdict string) string {
		if verdict == "" {
			return "does not apply"
		}
		return verdict
	}
	usual := e.Worth[features.DefaultProfile]
	text := said(usual)
	by := map[string][]string{}
	for _, name := range slices.Sorted(maps.Keys(e.Worth)) {
		if verdict := e.Worth[name]; verdict != usual {
			by[said(verdict)] = append(by[said(verdict)], name)
		}
	}
	for _, verdict := range slices.Sorted(maps.Keys(by)) {
		text += "; " + verdict + " under " + strings.Join(by[verdict], ", ")
	}
	return text
}

// page is a text that grows.
type page struct{ strings.Builder }

func (p *page) line(text string) { p.WriteString(strings.TrimRight(text, " ") + "\n") }

// paragraph breaks a text between words. A word that is longer stands alone.
func (p *page) paragraph(first, then, text string) {
	at, empty := first, true
	for _, word := range strings.Fields(text) {
		if !empty && utf8.RuneCountInString(at)+utf8.RuneCountInString(word) > width {
			p.line(at)
			at = then
		}
		at, empty = at+word+" ", false
	}
	if !empty {
		p.line(at)
	}
}

const label = 14 // columns of the labels

// part is a labelled paragraph; one without text is left out.
func (p *page) part(name, text string) {
	p.paragraph(fmt.Sprintf("  %-*s", label, name), strings.Repeat(" ", label+2), text)
}

func (p *page) scenarios(list []Scenario) {
	for i, s := range list {
		name := ""
		switch i {
		case 0:
			name = "tested by"
		case mostScenarios:
			p.part("", fmt.Sprintf("… and %d more; --format json has all", len(list)-mostScenarios))
			return
		}
		p.part(name, fmt.Sprintf("%s:%d %s", s.Feature, s.Line, s.Title))
		for j, id := range s.Cases {
			if j == mostCases && len(s.Cases) > mostCases+1 {
				p.line(strings.Repeat(" ", label+4) + fmt.Sprintf("… and %d more cases", len(s.Cases)-mostCases))
				break
			}
			p.line(strings.Repeat(" ", label+4) + id)
		}
	}
}

func (p *page) list(name, what string, n, most int, item func(int) string) {
	for i := range n {
		if i == most {
			p.part("", fmt.Sprintf("… and %d more %ss; --format json has all", n-most, what))
			return
		}
		if i > 0 {
			name = ""
		}
		p.part(name, item(i))
	}
}
