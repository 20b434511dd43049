package featurelint

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	messages "github.com/cucumber/messages/go/v34"

	"github.com/dpopspec/dpopspec/internal/spelling"
)

// A column is named in angle brackets; what cannot be the name of one is XML, or a sign.
var parameter = regexp.MustCompile(`<([A-Za-z][\w -]*)>`)

// Columns looks at a scenario as it is written: what it takes from its examples, and
// what these have.
func (l *Lint) Columns(s *messages.Scenario) {
	if len(s.Examples) == 0 {
		return
	}
	taken := map[string]bool{}
	written := []text{{s.Name, int(s.Location.Line), int(s.Location.Column) + len([]rune(s.Keyword)) + 2}}
	written = append(written, text{s.Description, 0, 0})
	for _, step := range s.Steps {
		written = append(written, writtenTexts(step)...)
	}
	for _, t := range written {
		for _, at := range parameter.FindAllStringSubmatchIndex(t.text, -1) {
			name := t.text[at[2]:at[3]]
			taken[name] = true
			if t.line > 0 {
				l.column(s, name, t.line, t.at(at[0]))
			}
		}
		// What stands in XML or a doc string is not told of, but may well take a column.
		for _, e := range s.Examples {
			for _, name := range headings(e) {
				taken[name] = taken[name] || strings.Contains(t.text, "<"+name+">")
			}
		}
	}
	for _, e := range s.Examples {
		if e.TableHeader == nil || len(e.TableBody) == 0 {
			continue
		}
		for i, cell := range e.TableHeader.Cells {
			if i > 0 && !taken[cell.Value] { // the first may be there to name its row
				l.find(int(cell.Location.Line), int(cell.Location.Column), true,
					"no step and no title takes the column %q; write <%s> where it shall stand, or take the column out; "+
						"one that only names its row stands first", cell.Value, cell.Value)
			}
		}
	}
}

// column tells of a column that a table of the examples lacks.
func (l *Lint) column(s *messages.Scenario, name string, line, column int) {
	for _, e := range s.Examples {
		names := headings(e)
		if e.TableHeader == nil || slices.Contains(names, name) {
			continue
		}
		where := ""
		if len(s.Examples) > 1 {
			where = fmt.Sprintf(" in line %d", e.Location.Line)
		}
		l.find(line, column, false, "the examples%s have no column %q, but %s; did you mean <%s>?",
			where, name, strings.Join(names, ", "), spelling.Nearest(name, names))
	}
}

func headings(e *messages.Examples) []string {
	var names []string
	if e.TableHeader != nil {
		for _, cell := range e.TableHeader.Cells {
			names = append(names, cell.Value)
		}
	}
	return names
}

// writtenTexts are the texts of a step before anything is put in. A doc string without
// a place is one of which nothing is told, for it may be XML.
func writtenTexts(s *messages.Step) []text {
	list := []text{{s.Text, int(s.Location.Line), int(s.Location.Column) + len([]rune(s.Keyword))}}
	if s.DataTable != nil {
		for _, row := range s.DataTable.Rows {
			for _, cell := range row.Cells {
				list = append(list, text{cell.Value, int(cell.Location.Line), int(cell.Location.Column)})
			}
		}
	}
	if d := s.DocString; d != nil {
		for _, line := range lines(d.Content, d.Location) {
			if !takesJSON.MatchString(s.Text) && !strings.HasSuffix(d.MediaType, "json") {
				line.line = 0
			}
			list = append(list, line)
		}
	}
	return list
}
