// Package featurelint finds what is wrong with a feature file though each of its steps
// exists: values that nobody has named, columns of examples that are not there, JSON that
// is none. It looks at what is written and runs nothing.
package featurelint

import (
	"fmt"

	messages "github.com/cucumber/messages/go/v34"

	"github.com/dpopspec/dpopspec/steps/vocabulary"
)

// Finding is something that is wrong with a feature file, or probably is.
type Finding struct {
	Line, Column int // counted from 1
	Message      string
	Warning      bool // the file does what it says; it says more than it means, or less
}

// Step is one step of a scenario with the values of one row put in.
type Step struct {
	Text       string
	Below      vocabulary.Below
	Definition *vocabulary.Definition
	Written    *messages.Step // as it stands in the file
}

// Lint collects the findings of one file, each of which is told once.
type Lint struct {
	findings []Finding
	values   values
}

// New returns what collects the findings of one feature file.
func New() *Lint { return &Lint{values: values{used: map[place]bool{}}} }

// Findings returns what was found, once the whole file has been looked at.
func (l *Lint) Findings() []Finding {
	l.unused()
	return l.findings
}

func (l *Lint) find(line, column int, warning bool, format string, args ...any) {
	f := Finding{line, column, fmt.Sprintf(format, args...), warning}
	for _, other := range l.findings {
		if other == f {
			return
		}
	}
	l.findings = append(l.findings, f)
}

// Scenario looks at the steps of a scenario, with one row of its examples put in. Each
// step must have its definition.
func (l *Lint) Scenario(steps []Step) {
	l.named(steps)
	for _, s := range steps {
		l.json(s)
	}
}

// texts are the texts of a step as it runs, each with the place where it begins in the
// file: its own line, the cells of its table, the lines of its doc string.
func (s Step) texts() []text {
	at := s.Written.Location
	list := []text{{s.Text, int(at.Line), int(at.Column) + len([]rune(s.Written.Keyword))}}
	if table := s.Below.Table; table != nil {
		for i, row := range table.Rows {
			for j, cell := range row.Cells {
				place := s.Written.DataTable.Rows[i].Cells[j].Location
				list = append(list, text{cell.Value, int(place.Line), int(place.Column)})
			}
		}
	}
	if s.Below.DocString != nil {
		list = append(list, lines(s.Below.DocString.Content, s.Written.DocString.Location)...)
	}
	return list
}

type text struct {
	text         string
	line, column int
}

// lines are those of a doc string: they begin below its delimiter, where that begins.
func lines(content string, at *messages.Location) []text {
	var list []text
	begin := 0
	number := int(at.Line) + 1
	for i := 0; i <= len(content); i++ {
		if i == len(content) || content[i] == '\n' {
			list = append(list, text{content[begin:i], number, int(at.Column)})
			begin = i + 1
			number++
		}
	}
	return list
}

// at is the column of an octet of the text.
func (t text) at(octet int) int { return t.column + len([]rune(t.text[:octet])) }
