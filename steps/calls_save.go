package steps

import (
	"strings"

	"github.com/cucumber/godog"
	"github.com/tidwall/gjson"

	"github.com/dpopspec/dpopspec/dpop"
)

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
