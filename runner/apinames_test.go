package runner

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/dpopspec/dpopspec/reports"
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
		"of the token":         {target.Default(), `the access token is for the API "ordres"`, `did you mean "orders"`},
		"a value, protected":   {configured, `every operation of the API "{api}" is protected by DPoP`, "write its name"},
	} {
		sources, err := ReadFS(fstest.MapFS{"own.feature": {Data: []byte(
			"Feature: Own\n  @rs\n  Scenario: One\n    Given {api} is \"shop\"\n    * " + row.step + "\n    Then the status is 200\n")}})
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

// playedOwn runs the one scenario of a person's own.
func playedOwn(t *testing.T, configured *target.Target, scenario string) reports.Case {
	t.Helper()
	sources, err := ReadFS(fstest.MapFS{"own.feature": {Data: []byte("Feature: Own\n" + scenario + "\n")}})
	if err != nil {
		t.Fatal(err)
	}
	plan, err := NewPlan(sources, configured, Selection{})
	if err != nil {
		t.Fatal(err)
	}
	run, err := Run(t.Context(), plan, configured, Options{Parallel: 1})
	if err != nil {
		t.Fatal(err)
	}
	if len(run.Cases) != 1 {
		t.Fatalf("%d cases", len(run.Cases))
	}
	return run.Cases[0]
}

// A value is known once its step runs. Whatever is expected then, an API that was made for
// the name would do it: serve, or refuse a token of another.
func TestAnAPIThatAValueMisnamesIsAnErrorOfItsScenario(t *testing.T) {
	const token, call = `Given the access token is for the API "{typo}"`, `When the client calls "GET /x"`
	for name, row := range map[string]struct {
		steps   string
		verdict reports.Verdict
	}{
		"mistyped":        {call + ` of the API "{typo}"` + "\nThen the status is 200", reports.Errored},
		"named":           {call + ` of the API "{api}"` + "\nThen the status is 200", reports.Passed},
		"token, mistyped": {token + "\n" + call + "\nThen the status is 401", reports.Errored},
		"token of another": {strings.Replace(token, "typo", "api", 1) + "\n" + call + "\nThen the status is 401",
			reports.Passed},
	} {
		c := playedOwn(t, target.Default(),
			"@rs\nScenario: One\nGiven {api} is \"invoices\"\nAnd {typo} is \"invoice\"\n"+row.steps)
		if c.Verdict != row.verdict ||
			row.verdict == reports.Errored && !strings.Contains(c.Reason, `did you mean "invoices"`) {
			t.Errorf("%s: %s: %s %s", name, c.Verdict, c.Actual, c.Reason)
		}
	}
}
