package featurelint

import (
	"encoding/json"
	"errors"
	"regexp"
	"strings"

	"github.com/dpopspec/dpopspec/steps/world"
)

// takesJSON are the steps whose doc string is JSON.
var takesJSON = regexp.MustCompile(`\bJSON( is| has)?$|\bto the schema$`)

// json looks at what a step has of JSON: its doc string, the last cells of its table, its
// own text.
func (l *Lint) json(s Step) {
	if text := s.Below.DocString; text != nil && s.Definition.Own &&
		(takesJSON.MatchString(s.Text) || strings.HasSuffix(text.MediaType, "json")) {
		l.fits(text.Content, lines(text.Content, s.Written.DocString.Location),
			"the doc string is no JSON: %s; mend it, or send it as it is: with the body")
	}
	if table := s.Below.Table; table != nil && s.Definition.JSONCells {
		for i, row := range table.Rows {
			last := len(row.Cells) - 1
			if last < 1 || row.Cells[last].Value == "" {
				continue
			}
			at, value := s.Written.DataTable.Rows[i].Cells[last].Location, row.Cells[last].Value
			l.fits(value, []text{{value, int(at.Line), int(at.Column)}}, "the cell is no JSON: %s; a text stands in quotes")
		}
	}
	if value := s.Definition.Matched(s.Text, "json"); value != "" {
		at := s.Written.Location
		where := text{value, int(at.Line), int(at.Column) + len([]rune(s.Written.Keyword+strings.TrimSuffix(s.Text, value)))}
		l.fits(value, []text{where}, "the value is no JSON: %s")
	}
}

// fits looks for what keeps a text from being JSON, and where in its lines that stands.
func (l *Lint) fits(content string, written []text, problem string) {
	filled := world.Plausible(content)
	var any json.RawMessage
	err := json.Unmarshal([]byte(filled), &any)
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return
	}
	octet := min(max(int(syntax.Offset)-1, 0), len(filled))
	if strings.Contains(syntax.Error(), "unexpected end") {
		octet = len(filled)
	}
	for _, line := range written {
		if octet > len(line.text) {
			octet -= len(line.text) + 1
			continue
		}
		l.find(line.line, line.at(octet), false, problem, syntax.Error())
		return
	}
}
