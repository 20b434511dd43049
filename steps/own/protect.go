package own

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cucumber/godog"

	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/target"
)

func protectSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Caller](v).ForOwnAPIs()
	g.Then(`^"(?P<operation>[A-Z]+ /[^"]*)"(?: of the API "(?P<api>[^"]+)")? is protected by DPoP$`, (*Caller).unplanned,
		"Every probe of the built-in scenarios for APIs is run at this endpoint, each as a case of its own. The steps before this one are run before each probe.",
		`Then "GET /orders" is protected by DPoP`)
	g.Then(`^"(?P<operation>[A-Z]+ /[^"]*)"(?: of the API "(?P<api>[^"]+)")? is protected by DPoP when called with the (?:JSON|body)$`, (*Caller).unplannedText,
		"The same for an endpoint that needs a body.",
		"Then \"POST /orders\" is protected by DPoP when called with the JSON\n      \"\"\"\n      {\"item\": \"blue paint\", \"count\": 2}\n      \"\"\"")
	g.Then(`^these endpoints(?: of the API "(?P<api>[^"]+)")? are protected by DPoP$`, (*Caller).unplannedTable,
		"The same for a table of endpoints; a second column may give a JSON body.",
		"Then these endpoints are protected by DPoP\n      | GET /orders  |                          |\n      | POST /orders | {\"item\": \"a\", \"count\": 1} |")
	g.Then(`^every operation of the API "(?P<api>[^"]+)" is protected by DPoP$`, (*Caller).unplanned,
		"The same for every operation of the OpenAPI document that the configuration names (apis.NAME.openapi), apart from those whose security is empty. Parameters and bodies are the document's examples, or saved values of the same name.",
		`Then every operation of the API "orders" is protected by DPoP`)
}

func (w *Caller) unplanned() error {
	return fmt.Errorf("a step that protects endpoints is taken apart when the run is planned; write it as the last step of a scenario")
}

func (w *Caller) unplannedText(*godog.DocString) error { return w.unplanned() }

func (w *Caller) unplannedTable(*godog.Table) error { return w.unplanned() }

// Protects reports whether a step of this definition stands for probes at
// endpoints. The planner replaces it.
func Protects(d *vocabulary.Definition) bool {
	return slices.Contains(d.Pattern.SubexpNames(), "api")
}

// Protected returns the endpoints that a step names; without any, all of the
// API are meant. table and text are what stands below the step, or nil.
func Protected(d *vocabulary.Definition, step string, table *godog.Table, text *godog.DocString) (api string, operations []target.Operation, err error) {
	captured := d.Pattern.FindStringSubmatch(step)
	api = captured[d.Pattern.SubexpIndex("api")]
	if i := d.Pattern.SubexpIndex("operation"); i >= 0 {
		operations = append(operations, operationOf(captured[i]))
	}
	if text != nil {
		kind := text.MediaType
		if kind == "" {
			kind = "application/json"
		}
		operations[0] = withBody(operations[0], text.Content, kind)
	}
	if table == nil {
		return api, operations, nil
	}
	for _, row := range table.Rows {
		name := row.Cells[0].Value
		if method, path, found := strings.Cut(name, " "); !found || method != strings.ToUpper(method) || !strings.HasPrefix(path, "/") {
			return "", nil, fmt.Errorf("%q is not a method and a path, such as GET /orders", name)
		}
		o := operationOf(name)
		if len(row.Cells) > 1 && row.Cells[1].Value != "" {
			o = withBody(o, row.Cells[1].Value, "application/json")
		}
		operations = append(operations, o)
	}
	return api, operations, nil
}

func operationOf(name string) target.Operation {
	method, path, _ := strings.Cut(name, " ")
	return target.Operation{Method: method, Path: path}
}

func withBody(o target.Operation, body, kind string) target.Operation {
	o.Body = []byte(body)
	o.Fields = append(o.Fields, wire.Field{Name: "Content-Type", Value: kind})
	return o
}
