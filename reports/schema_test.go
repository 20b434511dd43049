package reports

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// schemasVariable names the folder of the reports that runs have written, for
// the tests against published schemas. They need packages that neither our users
// nor plain go test need; make schemas fetches them.
const schemasVariable = "DPOPSPEC_SCHEMAS"

// writtenReports are the reports of the folder, by the ending of their names.
func writtenReports(t *testing.T, ending string) map[string][]byte {
	t.Helper()
	folder := os.Getenv(schemasVariable)
	if folder == "" {
		t.Skip("needs packages and reports that make schemas fetches and makes")
	}
	names, err := filepath.Glob(filepath.Join(folder, "*"+ending))
	if err != nil || len(names) < 2 {
		t.Fatalf("%d reports %s in %s: %v", len(names), ending, folder, err)
	}
	reports := map[string][]byte{}
	for _, name := range names {
		if reports[filepath.Base(name)], err = os.ReadFile(name); err != nil {
			t.Fatal(err)
		}
	}
	return reports
}

// The schema of SARIF 2.1.0 (OASIS, errata 01) as the module go-sarif holds it,
// in the module cache like the vectors of dpop/wycheproof_test.go.
const (
	sarifModule   = "github.com/owenrumney/go-sarif/v3@v3.3.1"
	sarifSum      = "h1:bKY8YnWcY8zYTiGVObC5wZLlfEvMkCxK9XMGXBbzEtQ="
	sarifFile     = "pkg/report/v210/sarif/schema.go"
	sarifSchemaID = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)

func sarifSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	command := exec.Command("go", "mod", "download", "-json", sarifModule)
	command.Dir = t.TempDir() // outside our module, whose go.mod stays as it is
	output, err := command.Output()
	var module struct{ Dir, Sum, Error string }
	if jsonErr := json.Unmarshal(output, &module); err != nil || jsonErr != nil || module.Dir == "" {
		t.Fatalf("the module proxy cannot be reached: %v %s", err, module.Error)
	}
	if module.Sum != sarifSum {
		t.Fatalf("the module has the checksum %s", module.Sum)
	}
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(constantIn(t, filepath.Join(module.Dir, sarifFile))))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource(sarifSchemaID, document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile(sarifSchemaID)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// constantIn returns the first string literal of a Go file that declares one
// constant.
func constantIn(t *testing.T, file string) (text string) {
	t.Helper()
	parsed, err := parser.ParseFile(gotoken.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		literal, found := n.(*ast.BasicLit)
		if found && text == "" && literal.Kind == gotoken.STRING {
			text, err = strconv.Unquote(literal.Value)
		}
		return err == nil
	})
	if err != nil || text == "" {
		t.Fatalf("no constant in %s: %v", file, err)
	}
	return text
}

func TestSARIFHoldsToItsPublishedSchema(t *testing.T) {
	written := writtenReports(t, ".sarif")
	var sample bytes.Buffer
	if err := WriteSARIF(&sample, redactedSample()); err != nil {
		t.Fatal(err)
	}
	written["the sample"] = sample.Bytes()
	schema := sarifSchema(t)
	failures := 0
	for name, text := range written {
		document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := schema.Validate(document); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		failures += strings.Count(string(text), `"level": "error"`)
		t.Logf("%s: %d octets", name, len(text))
	}
	if failures == 0 {
		t.Error("no report has a result of the level error")
	}
	for what, change := range map[string][2]string{
		"a level that does not exist":    {`"level": "error"`, `"level": "fatal"`},
		"a member that does not exist":   {`"ruleIndex"`, `"ruleNumber"`},
		"a rule without its id":          {`"id": "RFC9449-4.3-43"`, `"name": "RFC9449-4.3-43"`},
		"a line that is none":            {`"startLine": 12`, `"startLine": 0`},
		"a time that is none":            {`"startTimeUtc": "2026`, `"startTimeUtc": "in 2026`},
		"an address that is not escaped": {`"uri": "proof/htm.feature"`, `"uri": "proof/%zz.feature"`},
	} {
		text := strings.Replace(sample.String(), change[0], change[1], 1)
		document, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if text == sample.String() || err != nil {
			t.Fatalf("%s: the sample was not changed: %v", what, err)
		}
		if schema.Validate(document) == nil {
			t.Errorf("%s passes", what)
		}
	}
}
