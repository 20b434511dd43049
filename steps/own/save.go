package own

import (
	"strings"

	"github.com/cucumber/godog"
	"github.com/tidwall/gjson"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func saveSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Caller](v).ForOwnAPIs().Naming()
	g.Given(`^\{([A-Za-z][\w-]*)\} is "([^"]*)"$`, (*Caller).setValue,
		"Gives a value a name. Later steps write {name} where the value shall stand; "+
			"${NAME} is taken from the environment and masked in all output.",
		`Given {item} is "blue paint"`)
	g.Given(`^\{([A-Za-z][\w-]*)\} is a new unique text$`, (*Caller).setUnique,
		"Gives a new unique text a name, so that a scenario can be run again against data that stays.",
		"Given {reference} is a new unique text")
	g.Given(`^these values$`, (*Caller).setValues,
		"Gives several values their names: a table of name and value.",
		"Given these values\n      | item  | blue paint |\n      | count | 2          |")
	g.When(`^the JSON at "([^"]+)" is saved as \{([A-Za-z][\w-]*)\}$`, (*Caller).saveJSON,
		"Keeps a part of the latest answer, found by its gjson path, for later steps.",
		`When the JSON at "id" is saved as {id}`)
	g.When(`^the header "([^"]+)" is saved as \{([A-Za-z][\w-]*)\}$`, (*Caller).saveHeader,
		"Keeps a header of the latest answer for later steps.",
		`When the header "Location" is saved as {location}`)
}

func (w *Caller) setValue(name, text string) error {
	text, err := w.Interpolate(text)
	if err != nil {
		return err
	}
	w.Save(name, text)
	return nil
}

func (w *Caller) setUnique(name string) error {
	w.Save(name, dpop.NewID())
	return nil
}

func (w *Caller) setValues(table *godog.Table) error {
	rows, err := w.Pairs(table)
	if err != nil {
		return err
	}
	for _, row := range rows {
		w.Save(row[0], row[1])
	}
	return nil
}

func (w *Caller) saveJSON(path, name string) error {
	found, err := w.jsonAt(path)
	if err != nil {
		return err
	}
	if !found.Exists() {
		return w.Expect(false, "JSON at "+path+" to be saved", "nothing there: "+w.callEnded())
	}
	w.SaveValue(name, world.Value{Text: found.String(), JSON: rawOf(found)})
	return nil
}

// rawOf is the JSON of a result; a count (path.#) has none of its own.
func rawOf(r gjson.Result) string {
	if r.Raw != "" {
		return r.Raw
	}
	return r.String()
}

func (w *Caller) saveHeader(name, as string) error {
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
