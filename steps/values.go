package steps

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/cucumber/godog"
	"github.com/tidwall/gjson"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/target"
)

// values are what a scenario has saved under a name.
type values struct{ saved map[string]value }

// value is a text, or JSON of any kind.
type value struct {
	text string
	json string // as it stood in the answer; empty for a text
}

// placeholder is ${NAME} or ${NAME:-default} of the environment, {{name}} for
// {name} itself, or {name} of a saved value.
var placeholder = regexp.MustCompile(`\$\{[A-Za-z_]\w*(?::-[^}]*)?\}|\{\{[A-Za-z][\w-]*\}\}|\{[A-Za-z][\w-]*\}`)

func init() {
	registrations = append(registrations, func(v *Vocabulary) {
		v.ForOwnAPIs()
		v.Given(`^\{([A-Za-z][\w-]*)\} is "([^"]*)"$`, (*World).setValue,
			"Gives a value a name. Later steps write {name} where the value shall stand; ${NAME} is taken from the environment and masked in all output.",
			`Given {item} is "blue paint"`)
		v.Given(`^\{([A-Za-z][\w-]*)\} is a new unique text$`, (*World).setUnique,
			"Gives a new unique text a name, so that a scenario can be run again against data that stays.",
			"Given {reference} is a new unique text")
		v.Given(`^these values$`, (*World).setValues,
			"Gives several values their names: a table of name and value.",
			"Given these values\n      | item  | blue paint |\n      | count | 2          |")
		v.When(`^the JSON at "([^"]+)" is saved as \{([A-Za-z][\w-]*)\}$`, (*World).saveJSON,
			"Keeps a part of the latest answer, found by its gjson path, for later steps.",
			`When the JSON at "id" is saved as {id}`)
		v.When(`^the header "([^"]+)" is saved as \{([A-Za-z][\w-]*)\}$`, (*World).saveHeader,
			"Keeps a header of the latest answer for later steps.",
			`When the header "Location" is saved as {location}`)
	})
}

// Save gives a text a name, so that later steps can write {name}.
func (w *World) Save(name, text string) { w.saveValue(name, value{text: text}) }

func (w *World) saveValue(name string, v value) {
	known := of[values](w)
	if known.saved == nil {
		known.saved = map[string]value{}
	}
	known.saved[name] = v
}

// Interpolate puts saved values and environment variables into a text: {name},
// ${NAME}, ${NAME:-default}. {{name}} stands for {name} itself.
func (w *World) Interpolate(text string) (string, error) {
	return w.interpolate(text, func(v value) string { return v.text })
}

// interpolateJSON does the same in JSON: a text is escaped for its place
// within quotes, other JSON stands as it is.
func (w *World) interpolateJSON(text string) (string, error) {
	return w.interpolate(text, func(v value) string {
		if v.json != "" && v.json[0] != '"' {
			return v.json
		}
		quoted := quote(v.text)
		return quoted[1 : len(quoted)-1]
	})
}

func (w *World) interpolate(text string, write func(value) string) (string, error) {
	var failed error
	filled := placeholder.ReplaceAllStringFunc(text, func(found string) string {
		switch {
		case found[0] == '$':
			variable, _, missing := target.Variables(found, os.LookupEnv)
			if missing != "" {
				failed = fmt.Errorf("the environment variable %s is not set; set it or write ${%s:-default}", missing, missing)
			}
			return write(value{text: variable})
		case found[1] == '{':
			return found[1 : len(found)-1]
		}
		v, err := w.value(found[1 : len(found)-1])
		if err != nil {
			failed = err
		}
		return write(v)
	})
	return filled, failed
}

func (w *World) value(name string) (value, error) {
	known := of[values](w).saved
	if v, found := known[name]; found {
		return v, nil
	}
	names := make([]string, 0, len(known))
	for other := range known {
		names = append(names, "{"+other+"}")
	}
	slices.Sort(names)
	return value{}, fmt.Errorf("no value is called {%s}; known: [%s]; write {{%s}} for the text {%s} itself", name, strings.Join(names, " "), name, name)
}

func quote(text string) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.Encode(text) // a string: it cannot fail
	return strings.TrimSuffix(b.String(), "\n")
}

func (w *World) setValue(name, text string) error {
	text, err := w.Interpolate(text)
	if err != nil {
		return err
	}
	w.Save(name, text)
	return nil
}

func (w *World) setUnique(name string) error {
	w.Save(name, dpop.NewID())
	return nil
}

func (w *World) setValues(table *godog.Table) error {
	rows, err := w.pairs(table)
	if err != nil {
		return err
	}
	for _, row := range rows {
		w.Save(row[0], row[1])
	}
	return nil
}

// pairs reads a table of two columns, with values put in.
func (w *World) pairs(table *godog.Table) ([][2]string, error) {
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

func (w *World) saveJSON(path, name string) error {
	found, err := w.jsonAt(path)
	if err != nil {
		return err
	}
	if !found.Exists() {
		return w.Expect(false, "JSON at "+path+" to be saved", "nothing there: "+w.callEnded())
	}
	w.saveValue(name, value{text: found.String(), json: rawOf(found)})
	return nil
}

// rawOf is the JSON of a result; a count (path.#) has none of its own.
func rawOf(r gjson.Result) string {
	if r.Raw != "" {
		return r.Raw
	}
	return r.String()
}

func (w *World) saveHeader(name, as string) error {
	e, err := w.latest()
	if err != nil {
		return err
	}
	lines := e.Answer.Values(name)
	if len(lines) == 0 {
		return w.Expect(false, "the header "+name+" to be saved", "no such header: "+w.callEnded())
	}
	w.Save(as, strings.Join(lines, ", "))
	return nil
}
