package steps

import (
	"fmt"
	"strings"

	"github.com/cucumber/godog"

	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/target"
)

// Operation is one request of an API that probes are run at in place of that
// which its configuration names.
type Operation struct {
	API string // empty: the first
	target.Operation
}

// operating is what a case knows of the operation under test.
type operating struct{ operation *Operation }

// Operate makes the steps that send "the endpoint's request" send that of an
// operation. Values are put into it when it is first sent.
func (w *World) Operate(o *Operation) { of[operating](w).operation = o }

func init() {
	registrations = append(registrations, func(v *Vocabulary) {
		v.ForOwnAPIs()
		v.Protect()
		v.Then(`^"(?P<operation>[A-Z]+ /[^"]*)"(?: of the API "(?P<api>[^"]+)")? is protected by DPoP$`, (*World).unplanned,
			"Every probe of the built-in scenarios for APIs is run at this endpoint, each as a case of its own. "+
				"The steps before this one are run before each probe.",
			`Then "GET /orders" is protected by DPoP`)
		v.Then(`^"(?P<operation>[A-Z]+ /[^"]*)"(?: of the API "(?P<api>[^"]+)")? is protected by DPoP when called with the (?:JSON|body)$`,
			(*World).unplannedBody,
			"The same for an endpoint that needs a body.",
			"Then \"POST /orders\" is protected by DPoP when called with the JSON\n"+
				"      \"\"\"\n      {\"item\": \"blue paint\", \"count\": 2}\n      \"\"\"")
		v.Then(`^these endpoints(?: of the API "(?P<api>[^"]+)")? are protected by DPoP$`, (*World).unplannedList,
			"The same for a table of endpoints; a second column may give a JSON body.",
			"Then these endpoints are protected by DPoP\n"+
				"      | GET /orders  |                          |\n      | POST /orders | {\"item\": \"a\", \"count\": 1} |")
		v.Then(`^every operation of the API "(?P<api>[^"]+)" is protected by DPoP$`, (*World).unplanned,
			"The same for every operation of the OpenAPI document that the configuration names (apis.NAME.openapi), "+
				"apart from those whose security is empty. Parameters and bodies are the document's examples, "+
				"or saved values of the same name.",
			`Then every operation of the API "orders" is protected by DPoP`)
	})
}

// unplanned is what these steps do if nothing took them apart.
func (w *World) unplanned() error {
	return fmt.Errorf("a step that protects endpoints is taken apart when the run is planned; write it as the last step of a scenario")
}

func (w *World) unplannedBody(_, _ string, _ *godog.DocString) error { return w.unplanned() }

func (w *World) unplannedList(_ string, _ *godog.Table) error { return w.unplanned() }

// Protected returns the endpoints that a step of a definition that Protects
// names, and their API; without any, all of the API are meant.
func (d *Definition) Protected(step string, below Below) (api string, operations []target.Operation, err error) {
	api = d.matched(step, "api")
	if operation := d.matched(step, "operation"); operation != "" {
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

// Resource returns what a request to an API needs, be it embedded or real. The
// operation under test takes the place of the default API's probe.
func (w *World) Resource(name string) (Resource, error) {
	o := of[operating](w).operation
	if o == nil || name != defaultAPI {
		return w.resourceOf(name)
	}
	if o.API != "" {
		name = o.API
	}
	r, err := w.resourceOf(name)
	if err != nil {
		return r, err
	}
	path, err := w.Interpolate(o.Path)
	if err != nil {
		return r, fmt.Errorf("%s: %w", o.Title(), err)
	}
	if r.URL, err = w.address(name, path); err != nil {
		return r, err
	}
	body, err := w.interpolateJSON(string(o.Body))
	if err != nil {
		return r, fmt.Errorf("%s: %w", o.Title(), err)
	}
	r.Method, r.Fields = o.Method, o.Fields
	if o.Body != nil {
		r.Body = []byte(body)
	}
	return r, nil
}
