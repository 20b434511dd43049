package own

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/cucumber/godog"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/dpopspec/dpopspec/steps/vocabulary"
)

func expectSchemaSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Caller](v).ForOwnAPIs()
	g.Then(`^the JSON(?: at "([^"]+)")? conforms to the schema$`, (*Caller).conformsToText,
		"The latest answer, or a part of it, must conform to the JSON Schema of the doc string (draft 2020-12 unless it names another).",
		"Then the JSON conforms to the schema\n      \"\"\"\n      {\"type\": \"object\", \"required\": [\"id\"]}\n      \"\"\"")
	g.ReadingFile(unfitSchema).Then(`^the JSON(?: at "([^"]+)")? conforms to the schema "(?P<file>[^"]+)"$`, (*Caller).conformsToFile,
		"The latest answer, or a part of it, must conform to the JSON Schema in a file beside the feature file.",
		`Then the JSON at "orders.0" conforms to the schema "order.schema.json"`)
}

func (w *Caller) conformsToText(path string, text *godog.DocString) error {
	return w.conforms(path, "schema.json", []byte(text.Content))
}

func (w *Caller) conformsToFile(path, file string) error {
	schema, err := w.readFile(file)
	if err != nil {
		return err
	}
	return w.conforms(path, file, schema)
}

// unfitSchema is what is wrong with a file that is to be a schema, or with one that it refers to.
func unfitSchema(name string, read func(string) ([]byte, error)) error {
	text, err := read(name)
	if err != nil {
		return err
	}
	if _, err := compile(name, text, read); err != nil {
		return fmt.Errorf("the schema %s: %w", name, err)
	}
	return nil
}

func (w *Caller) conforms(path, name string, schema []byte) error {
	if path == "" {
		path = "@this"
	}
	found, err := w.jsonAt(path)
	if err != nil {
		return err
	}
	if !found.Exists() {
		return w.Expect(false, "JSON at "+path+" that conforms to the schema", "nothing there")
	}
	compiled, err := compile(name, schema, w.readFile)
	if err != nil {
		return fmt.Errorf("the schema %s: %w", name, err)
	}
	instance, err := jsonschema.UnmarshalJSON(strings.NewReader(rawOf(found)))
	if err != nil {
		return w.Expect(false, "a body in JSON", err.Error())
	}
	actual := "it conforms"
	problem := compiled.Validate(instance)
	if problem != nil {
		actual = findings(problem)
	}
	return w.Expect(problem == nil, "JSON that conforms to the schema "+name, actual)
}

// findings is what a validator says without its first line, which only names
// the schema.
func findings(problem error) string {
	_, lines, found := strings.Cut(problem.Error(), "\n")
	if !found {
		return problem.Error()
	}
	return strings.TrimPrefix(strings.TrimSpace(lines), "- ")
}

// schemaRoot stands for the folder of the feature file in the ids of schemas.
const schemaRoot = "feature:///"

// compile makes a validator. Schemas refer to others by files beside the
// feature file; nothing is fetched.
func compile(name string, schema []byte, read func(string) ([]byte, error)) (*jsonschema.Schema, error) {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		return nil, err
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	compiler.UseLoader(schemaFiles{read})
	if err := compiler.AddResource(schemaRoot+name, document); err != nil {
		return nil, err
	}
	return compiler.Compile(schemaRoot + name)
}

type schemaFiles struct {
	read func(name string) ([]byte, error)
}

// Load implements jsonschema.URLLoader.
func (f schemaFiles) Load(url string) (any, error) {
	name, found := strings.CutPrefix(url, schemaRoot)
	if !found {
		return nil, fmt.Errorf("%s is not a file beside the feature file; schemas are not fetched", url)
	}
	text, err := f.read(name)
	if err != nil {
		return nil, err
	}
	return jsonschema.UnmarshalJSON(bytes.NewReader(text))
}
