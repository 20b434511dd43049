package explain

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// width is that of a terminal. A word that is longer stays whole, so that it can be copied.
const width = 80

// fewCases is how many cases, mutants and products are named; --format json has them all.
const fewCases = 5

// String is the explanation for a terminal, in lines of at most 80 columns where no word is
// longer.
func (e Explanation) String() string {
	p := &page{}
	p.WriteString(e.ID + "  (" + e.Kind + ")\n\n")
	for line := range strings.Lines(e.Text) {
		p.wrapped("  ", strings.TrimRight(line, "\n"))
	}
	p.part("stands in", strings.TrimSpace(strings.Join([]string{e.Stands, e.Level}, "  ")))
	p.part("", e.Link)
	p.part("binds", strings.Join(e.Binds, ", "))
	p.part("expected", e.Expected)
	p.part("attack", e.Attack)
	p.part("remedy", e.Remedy)
	for _, party := range slices.Sorted(maps.Keys(e.Remedies)) {
		p.part("", party+": "+e.Remedies[party])
	}
	p.part("notes", e.Notes)
	p.part("not tested", e.Waived)
	p.part("worth", e.worth())
	p.some("requirements", e.Requirements)
	p.scenarios(e.Scenarios)
	p.some("mutants", e.bugs())
	products := make([]string, len(e.Products))
	for i, one := range e.Products {
		products[i] = one.Name + ": " + one.Seen
		if n := len(one.Cases); n > 1 {
			products[i] += fmt.Sprintf(" (%d cases)", n)
		}
	}
	p.some("products", products)
	if e.Run != "" { // whole, so that it can be copied
		fmt.Fprintf(p, "\n  to run it\n    %s\n", e.Run)
	}
	return p.String()
}

// bugs are the mutants, those of one bug together.
func (e Explanation) bugs() []string {
	var list, names []string
	for i, m := range e.Mutants {
		names = append(names, m.Name)
		if i == len(e.Mutants)-1 || e.Mutants[i+1].Does != m.Does {
			list = append(list, strings.Join(names, ", ")+": "+m.Does)
			names = nil
		}
	}
	return list
}

// worth is what a violation is worth under the default profile, and under those that
// weigh it otherwise.
func (e Explanation) worth() string {
	if len(e.Worth) == 0 {
		return ""
	}
	by := map[string][]string{}
	for _, profile := range slices.Sorted(maps.Keys(e.Worth)) {
		verdict := e.Worth[profile]
		if verdict == "" {
			verdict = "does not apply"
		}
		by[verdict] = append(by[verdict], profile)
	}
	var parts []string
	for _, verdict := range []string{"fail", "warn", "info", "does not apply"} {
		if profiles := by[verdict]; len(profiles) > 0 {
			parts = append(parts, verdict+" under "+strings.Join(profiles, ", "))
		}
	}
	return strings.Join(parts, "; ")
}

type page struct{ strings.Builder }

const label = 14

// part is a part with its name; nothing if it is empty.
func (p *page) part(name, text string) {
	if text == "" {
		return
	}
	if name != "" {
		p.WriteString("\n")
	}
	head := fmt.Sprintf("  %-*s", label, name)
	for i, line := range broken(text, width-2-label) {
		if i > 0 {
			head = strings.Repeat(" ", 2+label)
		}
		p.WriteString(head + line + "\n")
	}
}

// some names the first of a list.
func (p *page) some(name string, list []string) {
	for i, one := range list[:min(len(list), fewCases)] {
		if i > 0 {
			name = ""
		}
		p.part(name, one)
	}
	if more := len(list) - fewCases; more > 0 {
		p.part("", fmt.Sprintf("… and %d more, in --format json", more))
	}
}

func (p *page) scenarios(list []Scenario) {
	name := "scenarios"
	for _, s := range list[:min(len(list), fewCases)] {
		p.part(name, s.Title)
		name = ""
		p.part("", fmt.Sprintf("%s:%d", s.Feature, s.Line))
		for _, id := range s.Cases[:min(len(s.Cases), 2)] {
			p.part("", "  "+id)
		}
		if more := len(s.Cases) - 2; more > 0 {
			p.part("", fmt.Sprintf("  … and %d more", more))
		}
	}
	if more := len(list) - fewCases; more > 0 {
		p.part("", fmt.Sprintf("… and %d more scenarios, in --format json", more))
	}
}

func (p *page) wrapped(indent, text string) {
	inner := indent + text[:len(text)-len(strings.TrimLeft(text, " "))]
	for _, line := range broken(text, width-len(inner)) {
		p.WriteString(inner + line + "\n")
	}
}

// broken breaks a text into lines, at spaces.
func broken(text string, most int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > most {
			lines = append(lines, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}
