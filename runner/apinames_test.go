package runner

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/dpopspec/dpopspec/target"
)

// A name that nobody has is a slip of the pen. An embedded API would be made for it, and
// against a real party the scenario would be skipped: both looked well.
func TestAnAPIThatIsNotThereIsAnErrorOfItsScenario(t *testing.T) {
	configured := target.Default()
	configured.APIs = []target.RealAPI{{Name: "shop", URL: "http://127.0.0.1:9", Method: "GET", Path: "/"}}
	for name, row := range map[string]struct {
		target *target.Target
		step   string
		says   string
	}{
		"embedded, mistyped":   {target.Default(), `the client calls "GET /x" of the API "ordres"`, `did you mean "orders"`},
		"embedded":             {target.Default(), `the client calls "GET /x" of the API "invoices" as "bob"`, ""},
		"configured, mistyped": {configured, `the client calls "GET /x" of the API "shpo" with the token of "bob"`, `did you mean "shop"`},
		"configured":           {configured, `the client calls "GET /x" of the API "shop"`, ""},
		"an embedded one":      {configured, `the client calls "GET /x" of the API "orders"`, "It has shop"},
		"until":                {configured, `the client calls "GET /x" of the API "sho" until the status is 200 within 1 second`, "no API called"},
		"a value":              {configured, `the client calls "GET /x" of the API "{api}"`, ""},
	} {
		sources, err := ReadFS(fstest.MapFS{"own.feature": {Data: []byte(
			"Feature: Own\n  @rs\n  Scenario: One\n    Given {api} is \"shop\"\n    When " + row.step + "\n    Then the status is 200\n")}})
		if err != nil {
			t.Fatal(err)
		}
		plan, err := NewPlan(sources, row.target, Selection{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		problem := plan.Cases[0].problem
		if (problem != nil) != (row.says != "") || problem != nil && !strings.Contains(problem.Error(), row.says) {
			t.Errorf("%s: %v", name, problem)
		}
	}
}
