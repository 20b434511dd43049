package world

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/cucumber/godog"

	"github.com/dpopspec/dpopspec/target"
)

// Placeholder is ${NAME} or ${NAME:-default} of the environment, {{name}} for
// {name} itself, or {name} of a saved value.
var Placeholder = regexp.MustCompile(`\$\{[A-Za-z_]\w*(?::-[^}]*)?\}|\{\{[A-Za-z][\w-]*\}\}|\{[A-Za-z][\w-]*\}`)

// Save gives a text a name, so that later steps can write {name}.
func (w *World) Save(name, text string) { w.SaveValue(name, Value{Text: text}) }

// SaveValue is Save for a value that may be JSON.
func (w *World) SaveValue(name string, v Value) { w.saved[name] = v }

// Interpolate puts saved values and environment variables into a text: {name},
// ${NAME}, ${NAME:-default}. {{name}} stands for {name} itself.
func (w *World) Interpolate(text string) (string, error) {
	return w.interpolate(text, func(v Value) string { return v.Text })
}

// InterpolateJSON does the same in JSON: a text is escaped for its place
// within quotes, other JSON stands as it is.
func (w *World) InterpolateJSON(text string) (string, error) {
	return w.interpolate(text, func(v Value) string {
		if v.JSON != "" && v.JSON[0] != '"' {
			return v.JSON
		}
		quoted := Quote(v.Text)
		return quoted[1 : len(quoted)-1]
	})
}

// Plausible is JSON with a number in the place of each value: a saved value may be any JSON,
// and within quotes it is escaped, so that a number of the same length fits wherever it may
// stand.
func Plausible(text string) string {
	return Placeholder.ReplaceAllStringFunc(text, func(found string) string {
		return strings.Repeat("1", len(found))
	})
}

func (w *World) interpolate(text string, write func(Value) string) (string, error) {
	var failed error
	filled := Placeholder.ReplaceAllStringFunc(text, func(found string) string {
		switch {
		case found[0] == '$':
			variable, _, missing := target.Variables(found, os.LookupEnv)
			if missing != "" {
				failed = fmt.Errorf("the environment variable %s is not set; set it or write ${%s:-default}",
					missing, missing)
			}
			return write(Value{Text: variable})
		case found[1] == '{':
			return found[1 : len(found)-1]
		}
		v, err := w.Value(found[1 : len(found)-1])
		if err != nil {
			failed = err
		}
		return write(v)
	})
	return filled, failed
}

// Value returns what was saved under a name.
func (w *World) Value(name string) (Value, error) {
	if v, found := w.saved[name]; found {
		return v, nil
	}
	names := make([]string, 0, len(w.saved))
	for other := range w.saved {
		names = append(names, "{"+other+"}")
	}
	slices.Sort(names)
	return Value{}, fmt.Errorf("no value is called {%s}; known: [%s]; write {{%s}} for the text {%s} itself",
		name, strings.Join(names, " "), name, name)
}

// Pairs reads a table of two columns, with values put in.
func (w *World) Pairs(table *godog.Table) ([][2]string, error) {
	var rows [][2]string
	for _, row := range table.Rows {
		if len(row.Cells) != 2 {
			return nil, fmt.Errorf("the table has %d columns; give each row a name and a value", len(row.Cells))
		}
		text, err := w.Interpolate(row.Cells[1].Value)
		if err != nil {
			return nil, err
		}
		rows = append(rows, [2]string{row.Cells[0].Value, text})
	}
	return rows, nil
}
