package own

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/cucumber/godog"
	"github.com/tidwall/gjson"

	"github.com/dpopspec/dpopspec/internal/mask"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func expectJsonSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Caller](v).ForOwnAPIs()
	g.Then(`^the JSON at "([^"]+)" is( not)? (?P<json>"(?:[^"\\]|\\.)*"|-?\d\S*|true|false|null|\{.*\}|\[.*\])$`, (*Caller).jsonIs,
		"A part of the latest answer, found by its gjson path, must equal JSON; "+
			"the order of members does not count. {name} alone stands for a saved value with its type.",
		`Then the JSON at "orders.0.item" is "blue paint"`)
	g.Then(`^the JSON at "([^"]+)" is an? (string|number|integer|boolean|array|object)$`, (*Caller).jsonIsA,
		"A part of the latest answer must be of a type.",
		`Then the JSON at "orders.0.count" is an integer`)
	g.Then(`^the JSON at "([^"]+)" is (at least|at most|more than|less than) (-?\d+(?:\.\d+)?)$`, (*Caller).jsonCompares,
		"A number in the latest answer must lie within a bound.",
		`Then the JSON at "total" is at least 1`)
	g.Then(`^the JSON at "([^"]+)" (contains|matches) "((?:[^"\\]|\\.)*)"$`, (*Caller).jsonContains,
		"A text in the latest answer must contain a text or match a regular expression; an array must contain a text.",
		`Then the JSON at "id" matches "^[0-9a-f-]+$"`)
	g.Then(`^the JSON at "([^"]+)" has (\d+) (?:items?|members?)$`, (*Caller).jsonHas,
		"An array of the latest answer must have so many items, an object so many members.",
		`Then the JSON at "orders" has 2 items`)
	g.Then(`^the JSON at "([^"]+)" (exists|is missing)$`, (*Caller).jsonExists,
		"The latest answer must have something at a path, be it null, or must not.",
		`Then the JSON at "internal" is missing`)
	g.Then(`^the JSON is$`, (*Caller).wholeJSONIs,
		"The latest answer must equal the JSON of the doc string; the order of members does not count.",
		"Then the JSON is\n      \"\"\"\n      {\"orders\": []}\n      \"\"\"")
	g.WithJSONCells().Then(`^the JSON has$`, (*Caller).jsonHasRows,
		"The latest answer must have these parts: a table of gjson path and JSON. Other parts do not count.",
		"Then the JSON has\n      | item  | \"blue paint\" |\n      | count | 2            |")
}

// jsonBody returns the latest answer, which must be JSON.
func (w *Caller) jsonBody() (gjson.Result, error) {
	e, err := w.latest()
	if err != nil {
		return gjson.Result{}, err
	}
	if !gjson.ValidBytes(e.Reply) {
		return gjson.Result{}, w.Expect(false, "a body in JSON", excerpt(string(e.Reply))+", status "+w.callEnded())
	}
	return gjson.ParseBytes(e.Reply), nil
}

// jsonAt returns the part of the latest answer at a gjson path; quotes in the
// path are left out: orders.#(status==open).id.
func (w *Caller) jsonAt(path string) (gjson.Result, error) {
	body, err := w.jsonBody()
	if err != nil {
		return gjson.Result{}, err
	}
	if path, err = w.Interpolate(path); err != nil {
		return gjson.Result{}, err
	}
	return body.Get(path), nil
}

// literal reads the JSON that a step expects, with values put in.
func (w *Caller) literal(text string) (string, error) {
	if name, found := strings.CutPrefix(text, "{"); found && world.Placeholder.FindString(text) == text {
		v, err := w.Value(strings.TrimSuffix(name, "}"))
		if err != nil {
			return "", err
		}
		if v.JSON == "" {
			return world.Quote(v.Text), nil
		}
		return v.JSON, nil
	}
	filled, err := w.InterpolateJSON(text)
	if err != nil {
		return "", err
	}
	if !json.Valid([]byte(filled)) {
		return "", fmt.Errorf("%s is not JSON; write a text in quotes", filled)
	}
	return filled, nil
}

func (w *Caller) jsonIs(path, not, wanted string) error {
	found, err := w.jsonAt(path)
	if err != nil {
		return err
	}
	if wanted, err = w.literal(wanted); err != nil {
		return err
	}
	equal := found.Exists() && equalJSON(rawOf(found), wanted)
	return w.Expect(equal == (not == ""), fmt.Sprintf("the JSON at %s to be%s %s", path, not, wanted), shown(found))
}

// shown is a part of an answer for a message.
func shown(r gjson.Result) string {
	if !r.Exists() {
		return "nothing there"
	}
	return mask.Head(rawOf(r), maxExcerpt)
}

func kindOf(r gjson.Result) []string {
	switch {
	case r.Type == gjson.String:
		return []string{"string"}
	case r.Type == gjson.Number && !strings.ContainsAny(rawOf(r), ".eE"):
		return []string{"number", "integer"}
	case r.Type == gjson.Number:
		return []string{"number"}
	case r.IsBool():
		return []string{"boolean"}
	case r.IsArray():
		return []string{"array"}
	case r.IsObject():
		return []string{"object"}
	}
	return nil
}

func (w *Caller) jsonIsA(path, kind string) error {
	found, err := w.jsonAt(path)
	if err != nil {
		return err
	}
	return w.Expect(slices.Contains(kindOf(found), kind), fmt.Sprintf("the JSON at %s to be of the type %s", path, kind), shown(found))
}

func (w *Caller) jsonCompares(path, relation, bound string) error {
	found, err := w.jsonAt(path)
	if err != nil {
		return err
	}
	limit, err := strconv.ParseFloat(bound, 64)
	if err != nil {
		return err
	}
	holds := map[string]bool{
		"at least": found.Num >= limit, "at most": found.Num <= limit, "more than": found.Num > limit, "less than": found.Num < limit,
	}[relation]
	return w.Expect(found.Type == gjson.Number && holds, fmt.Sprintf("the JSON at %s to be %s %s", path, relation, bound), shown(found))
}

func (w *Caller) jsonContains(path, relation, wanted string) error {
	found, err := w.jsonAt(path)
	if err != nil {
		return err
	}
	wanted = strings.ReplaceAll(wanted, `\"`, `"`)
	if relation == "contains" && found.IsArray() {
		if wanted, err = w.Interpolate(wanted); err != nil {
			return err
		}
		holds := slices.ContainsFunc(found.Array(), func(r gjson.Result) bool { return r.Type == gjson.String && r.Str == wanted })
		return w.Expect(holds, fmt.Sprintf("the array at %s to contain %q", path, wanted), shown(found))
	}
	if found.Type != gjson.String && found.Type != gjson.Number {
		return w.Expect(false, fmt.Sprintf("a text at %s that %s %q", path, relation, wanted), shown(found))
	}
	return w.compare("the JSON at "+path, relation, wanted, found.String())
}

func (w *Caller) jsonHas(path, number string) error {
	found, err := w.jsonAt(path)
	if err != nil {
		return err
	}
	wanted, err := strconv.Atoi(number)
	if err != nil {
		return err
	}
	count := 0
	found.ForEach(func(_, _ gjson.Result) bool { count++; return true })
	holds := count == wanted && (found.IsArray() || found.IsObject())
	return w.Expect(holds, fmt.Sprintf("%d at %s", wanted, path), fmt.Sprintf("%d: %s", count, shown(found)))
}

func (w *Caller) jsonExists(path, relation string) error {
	found, err := w.jsonAt(path)
	if err != nil {
		return err
	}
	return w.Expect(found.Exists() == (relation == "exists"), fmt.Sprintf("that the JSON at %s %s", path, relation), shown(found))
}

func (w *Caller) wholeJSONIs(text *godog.DocString) error {
	body, err := w.jsonBody()
	if err != nil {
		return err
	}
	wanted, err := w.literal(strings.TrimSpace(text.Content))
	if err != nil {
		return err
	}
	return w.Expect(equalJSON(body.Raw, wanted), "the JSON "+wanted, shown(body))
}

func (w *Caller) jsonHasRows(table *godog.Table) error {
	for _, row := range table.Rows {
		if len(row.Cells) != 2 {
			return fmt.Errorf("the table has %d columns; give each row a gjson path and JSON", len(row.Cells))
		}
		if err := w.jsonIs(row.Cells[0].Value, "", row.Cells[1].Value); err != nil {
			return err
		}
	}
	return nil
}
