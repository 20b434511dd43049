package own

import (
	"fmt"
	"strings"

	"github.com/cucumber/godog"

	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/target"
)

func protectSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Caller](v).ForOwnAPIs().Protect()
	g.Then(`^"(?P<operation>[A-Z]+ /[^"]*)"(?: of the API "(?P<api>[^"]+)")? is protected by DPoP$`, (*Caller).unplanned,
		"Every probe of the built-in scenarios for APIs is run at this endpoint, each as a case of its own. "+
			"The steps before this one are run before each probe.",
		`Then "GET /orders" is protected by DPoP`)
	g.Then(`^"(?P<operation>[A-Z]+ /[^"]*)"(?: of the API "(?P<api>[^"]+)")? is protected by DPoP when called with the (?:JSON|body)$`,
		(*Caller).unplannedBody,
		"The same for an endpoint that needs a body.",
		"Then \"POST /orders\" is protected by DPoP when called with the JSON\n"+
			"      \"\"\"\n      {\"item\": \"blue paint\", \"count\": 2}\n      \"\"\"")
	g.WithJSONCells().Then(`^these endpoints(?: of the API "(?P<api>[^"]+)")? are protected by DPoP$`, (*Caller).unplannedList,
		"The same for a table of endpoints; a second column may give a JSON body.",
		"Then these endpoints are protected by DPoP\n"+
			"      | GET /orders  |                          |\n      | POST /orders | {\"item\": \"a\", \"count\": 1} |")
	g.Then(`^every operation of the API "(?P<api>[^"]+)" is protected by DPoP$`, (*Caller).unplanned,
		"The same for every operation of the OpenAPI document that the configuration names (apis.NAME.openapi), "+
			"apart from those whose security is empty. Parameters and bodies are the document's examples, "+
			"or saved values of the same name.",
		`Then every operation of the API "orders" is protected by DPoP`)
}

// unplanned is what these steps do if nothing took them apart.
func (w *Caller) unplanned() error {
	return fmt.Errorf("a step that protects endpoints is taken apart when the run is planned; write it as the last step of a scenario")
}

func (w *Caller) unplannedBody(_, _ string, _ *godog.DocString) error { return w.unplanned() }

func (w *Caller) unplannedList(_ string, _ *godog.Table) error { return w.unplanned() }

// Protected returns the endpoints that a step of a definition that Protects
// names, and their API; without any, all of the API are meant.
func Protected(d *vocabulary.Definition, step string, below vocabulary.Below) (api string, operations []target.Operation, err error) {
	api = d.Matched(step, "api")
	if operation := d.Matched(step, "operation"); operation != "" {
		operations = append(operations, operationOf(operation))
	}
	if text := below.DocString; text != nil {
		kind := text.MediaType
		if kind == "" {
			kind = "application/json"
		}
		operations[0] = withBody(operations[0], text.Content, kind)
	}
	if below.Table == nil {
		return api, operations, nil
	}
	for _, row := range below.Table.Rows {
		name := row.Cells[0].Value
		method, path, found := strings.Cut(name, " ")
		if !found || method != strings.ToUpper(method) || !strings.HasPrefix(path, "/") {
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
