package featurelint

import (
	"regexp"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/internal/spelling"
	"github.com/dpopspec/dpopspec/steps/world"
)

// values are what the steps of a file name, and which of them are used.
type values struct {
	named []naming
	used  map[place]bool
	any   bool // something uses values by names that are not written here
}

// place is where a value gets its name; the steps of a background stand in each scenario.
type place struct {
	line, column int
	name         string
}

type naming struct {
	place
}

var (
	named = regexp.MustCompile(`\{([A-Za-z][\w-]*)\}`)
	file  = regexp.MustCompile(`\bfile "`)
)

// named looks for values that are used before a step has named them, and remembers
// which are.
func (l *Lint) named(steps []Step) {
	known := map[string][]place{}
	for _, s := range steps {
		gives, skip := s.gives()
		for i, t := range s.texts() {
			for _, at := range world.Placeholder.FindAllStringIndex(t.text, -1) {
				found := t.text[at[0]:at[1]]
				if found[0] == '$' || found[1] == '{' || i == 0 && at[0] == skip {
					continue
				}
				name := found[1 : len(found)-1]
				if places, is := known[name]; is {
					for _, p := range places {
						l.values.used[p] = true
					}
					continue
				}
				if s.Definition.Own {
					l.find(t.line, t.at(at[0]), false, "no step before this one has saved {%s}%s", name, remedy(name, known))
				}
			}
		}
		// Probes of an API document take the values of its parameters, and a file may name any.
		l.values.any = l.values.any || s.Definition.Protects || file.MatchString(s.Text)
		for _, p := range gives {
			known[p.name] = append(known[p.name], p)
			if !slices.ContainsFunc(l.values.named, func(n naming) bool { return n.place == p }) {
				l.values.named = append(l.values.named, naming{place: p})
			}
		}
	}
}

// gives are the names that a step gives; skip is where in its text one stands.
func (s Step) gives() (names []place, skip int) {
	skip = -1
	if !s.Definition.Names {
		return nil, skip
	}
	if table := s.Below.Table; table != nil {
		for i, row := range table.Rows {
			cell := s.Written.DataTable.Rows[i].Cells[0].Location
			names = append(names, place{int(cell.Line), int(cell.Column), row.Cells[0].Value})
		}
		return names, skip
	}
	own := s.texts()[0]
	all := named.FindAllStringSubmatchIndex(s.Text, -1)
	if len(all) == 0 {
		return nil, skip
	}
	at := all[0] // {name} is "…"
	if !strings.HasPrefix(s.Text, "{") {
		at = all[len(all)-1] // … is saved as {name}
	}
	return []place{{own.line, own.at(at[0]), s.Text[at[2]:at[3]]}}, at[0]
}

func remedy(name string, known map[string][]place) string {
	var names []string
	for other := range known {
		names = append(names, other)
	}
	slices.Sort(names)
	text := `; put a step such as: Given {` + name + `} is "…" before it, or write {{` + name + `}} for the text {` + name + `}`
	if len(names) > 0 {
		near := spelling.Nearest(name, names)
		if spelling.Distance(near, name) <= 1+len(name)/3 {
			text = "; did you mean {" + near + "}?" + text[1:]
			text = strings.Replace(text, "? put", "? Or put", 1)
		}
	}
	return text
}

// unused tells of values that nothing uses.
func (l *Lint) unused() {
	if l.values.any {
		return
	}
	for _, n := range l.values.named {
		if !l.values.used[n.place] {
			l.find(n.line, n.column, true, "{%s} is saved and never used; write {%s} where it shall stand, or take the step out",
				n.name, n.name)
		}
	}
}
