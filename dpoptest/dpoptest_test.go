package dpoptest

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/runner"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// Every scenario at every endpoint is run by the tests of the runner; here it is
// one case of each feature, as a subtest.
func TestTheEmbeddedPartiesConform(t *testing.T) {
	sources, err := runner.ReadFS(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := runner.NewPlan(sources, target.Default(), runner.Selection{})
	if err != nil {
		t.Fatal(err)
	}
	var first []string
	for _, group := range grouped(plan.Cases) {
		first = append(first, group.cases[0].ID)
	}
	Run(t, Options{IDs: first})
}

const own = "Feature: Shop\n  Scenario: All is well\n    Then all is well\n"

func TestFeaturesAndStepsOfOnesOwnRunAsSubtests(t *testing.T) {
	ran := 0
	Run(t, Options{
		Features: fstest.MapFS{"shop.feature": {Data: []byte(own)}},
		Steps: func(v *vocabulary.Vocabulary) {
			g := vocabulary.For[world.World](v)
			g.Then(`^all is well$`, func(w *world.World) error {
				ran++
				return w.Expect(true, "a", "a")
			}, "Holds.", "Then all is well")
		},
	})
	if ran != 1 {
		t.Errorf("the step ran %d times", ran)
	}
}

// accepted is a case that an API fails which takes everything.
const accepted = "proof-method/a-proof-with-the-method-in-other-letter-case-is-refused/in-lower-case@api"

// inOtherCase are that case and others of its cause.
const inOtherCase = "proof-method/a-proof-with-the-method-in-other-letter-case-is-refused/*"

// open is such an API.
func open(string) http.Handler { return http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}) }

// refusing is an API that answers everything with one status.
func refusing(status int) func(string) http.Handler {
	return func(string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
	}
}

// children are the tests that fail on purpose; the test below runs them in a
// process of their own.
var children = map[string]Options{
	"everything": {API: open, Probe: "GET /orders"},
	"reports": {API: open, Probe: "GET /orders", IDs: []string{inOtherCase},
		Reports: "json:" + os.Getenv("DPOPTEST_REPORT") + ",junit:" + os.Getenv("DPOPTEST_REPORT") + ".xml"},
	"a bad report":   {API: open, Probe: "GET /orders", IDs: []string{accepted}, Reports: "json:-"},
	"one cause":      {API: open, Probe: "GET /orders", IDs: []string{inOtherCase}},
	"a commander":    {API: commanding, Probe: "GET /orders", IDs: []string{accepted}},
	"a failure":      {API: open, Probe: "GET /orders", IDs: []string{accepted}},
	"no such path":   {API: refusing(http.StatusNotFound), Probe: "GET /nowhere", IDs: []string{inOtherCase}},
	"no token good":  {API: refusing(http.StatusUnauthorized), Probe: "GET /orders", IDs: []string{inOtherCase}},
	"a skip":         {API: open, Probe: "GET /orders", IDs: []string{"api-cors/*"}},
	"no probe":       {API: open, Probe: "/orders"},
	"both":           {API: open, Config: "dpopspec.yaml"},
	"an unknown tag": {Tags: "@no-such-tag"},
	"probe alone":    {Probe: "GET /orders", IDs: []string{accepted}},
	"audience alone": {Audience: "https://a.example", Config: "dpopspec.yaml", IDs: []string{accepted}},
	"no handler":     {API: func(string) http.Handler { return nil }, Probe: "GET /orders", IDs: []string{accepted}},
	"a panic":        {API: panicking, Probe: "GET /orders", IDs: []string{accepted}},
	"no level":       {API: open, Probe: "GET /orders", IDs: []string{accepted}, Level: "quik"},
	"no profile":     {API: open, Probe: "GET /orders", IDs: []string{accepted}, Profile: "fapi3"},
	"a part":         part(false),
	"no part":        part(true),
	"own, skipped":   {Features: fstest.MapFS{"own.feature": {Data: []byte(neverJudged)}}, API: open, Probe: "GET /orders"},
}

// part is a run of which one case passes and another cannot be judged.
func part(fails bool) Options {
	return Options{
		Features: fstest.MapFS{"own.feature": {Data: []byte(neverJudged)}, "shop.feature": {Data: []byte(own)}},
		Steps:    allIsWell, API: open, Probe: "GET /orders",
		FailOnPartial: fails,
	}
}

func allIsWell(v *vocabulary.Vocabulary) {
	vocabulary.For[world.World](v).Then(`^all is well$`, func(w *world.World) error { return w.Expect(true, "a", "a") },
		"Holds.", "Then all is well")
}

// neverJudged is a scenario that needs an API that asks for nonces.
const neverJudged = `Feature: Own
  @at:api
  Scenario: One
    Given the server requires a nonce
    When the client calls "GET /orders"
    Then the status is 200
`

// panicking is an API with a fault of its own.
func panicking(string) http.Handler {
	return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("a fault of the handler's own") })
}

// TestAChild is what the test below starts as a process of its own: there Run
// fails on purpose, which must not fail this one. By itself it tests nothing.
func TestAChild(t *testing.T) {
	name := os.Getenv("DPOPTEST_CHILD")
	if name == "" {
		// The test below starts it and looks at how it fails; see above.
		t.Skip("it is run by another test, in a process of its own: see DPOPTEST_CHILD")
	}
	Run(t, children[name])
}

func TestAFailureAndItsReasonAreThoseOfTheSubtest(t *testing.T) {
	for name, want := range map[string]string{
		"a failure":      "--- FAIL: TestAChild/" + accepted,
		"a skip":         "nothing was tested: no case told anything",
		"no probe":       `dpoptest: Probe "/orders" is not a method and a path`,
		"both":           "dpoptest: give Config or API, not both",
		"a bad report":   "Reports: give json a file",
		"an unknown tag": "no scenario carries the tag @no-such-tag",
		"probe alone":    "Probe and Audience say how API is called, and there is none",
		"audience alone": "Probe and Audience say how API is called, and there is none",
		"no handler":     "Options.API returned nil",
		"a panic":        "the handler under test panicked: a fault of the handler's own",
		"own, skipped":   "nothing was tested",
		"no level":       "dpoptest: Level: ",
		"no profile":     `"fapi3"`,
		"no part":        "1 scenario of your own could not be judged.",
	} {
		child := exec.Command(os.Args[0], "-test.run=^TestAChild$", "-test.v")
		child.Env = append(os.Environ(), "DPOPTEST_CHILD="+name)
		out, err := child.CombinedOutput()
		if err == nil || !strings.Contains(string(out), want) {
			t.Errorf("%s: %v; want %q\n%s", name, err, want, out)
		}
	}
}

// What could not be tested is told though nothing fails.
func TestAPartOfAVerdictIsInTheLog(t *testing.T) {
	child := exec.Command(os.Args[0], "-test.run=^TestAChild$", "-test.v")
	child.Env = append(os.Environ(), "DPOPTEST_CHILD=a part")
	out, err := child.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "PARTIAL") ||
		!strings.Contains(string(out), "1 scenario of your own could not be judged.") {
		t.Errorf("%v\n%s", err, out)
	}
}

// Under -short most is left out: that nothing was tested is no fault then, and said.
func TestNothingTestedUnderShortIsASkip(t *testing.T) {
	child := exec.Command(os.Args[0], "-test.run=^TestAChild$", "-test.v", "-test.short")
	child.Env = append(os.Environ(), "DPOPTEST_CHILD=own, skipped")
	out, err := child.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- SKIP: TestAChild (") || !strings.Contains(string(out), "without -short tries more") {
		t.Errorf("%v\n%s", err, out)
	}
}

// A test that only skips is green: that nothing could be tested would not be seen.
func TestASetUpThatDoesNotWorkFailsTheTestOnceAndSkipsItsCases(t *testing.T) {
	for name, lookAt := range map[string]string{"no such path": "Options.Probe", "no token good": "Options.Audience"} {
		child := exec.Command(os.Args[0], "-test.run=^TestAChild$/nothing-is-called-so", "-test.v")
		child.Env = append(os.Environ(), "DPOPTEST_CHILD="+name)
		out, err := child.CombinedOutput()
		text := string(out)
		if err == nil || strings.Count(text, "the set-up does not work: the API orders") != 1 ||
			!strings.Contains(text, "look at: "+lookAt) {
			t.Errorf("%s: %v\n%s", name, err, text)
		}
		child = exec.Command(os.Args[0], "-test.run=^TestAChild$", "-test.v")
		child.Env = append(os.Environ(), "DPOPTEST_CHILD="+name)
		out, _ = child.CombinedOutput()
		text = string(out)
		cases := strings.Count(text, "=== RUN   TestAChild/proof-method/")
		skipped := strings.Count(text, "could not test: the API")
		if cases < 2 || skipped != cases || strings.Contains(text, "--- FAIL: TestAChild/") {
			t.Errorf("%s: %d cases, %d skipped\n%s", name, cases, skipped, text)
		}
	}
}

func TestTheFirstCaseOfACauseTellsAllAndTheOthersPointToIt(t *testing.T) {
	child := exec.Command(os.Args[0], "-test.run=^TestAChild$", "-test.v")
	child.Env = append(os.Environ(), "DPOPTEST_CHILD=one cause")
	out, err := child.CombinedOutput()
	failed := strings.Count(string(out), "--- FAIL: TestAChild/proof-method/")
	long, short := strings.Count(string(out), "remedy:"), strings.Count(string(out), "; same cause as proof-method/")
	if err == nil || failed < 2 || long != 1 || short != failed-1 {
		t.Errorf("%v: %d failed, %d at length, %d in short\n%s", err, failed, long, short, out)
	}
}

// An API that takes everything fails hundreds of cases; nobody reads a thousand lines.
func TestWhatAFailingTestPrintsIsBounded(t *testing.T) {
	child := exec.Command(os.Args[0], "-test.run=^TestAChild$", "-test.short")
	child.Env = append(os.Environ(), "DPOPTEST_CHILD=everything")
	if !testing.Short() {
		child.Args = child.Args[:2]
	}
	out, err := child.CombinedOutput()
	lines := strings.Count(string(out), "\n")
	if err == nil || lines > 200 || lines < 20 || !strings.Contains(string(out), "more cases fail, of ") {
		t.Errorf("%v: %d lines\n%.20000s", err, lines, out)
	}
	t.Logf("%d lines", lines)
}

// The reports of a test that fails are written, and are those of a run.
func TestATestWritesReports(t *testing.T) {
	file := filepath.Join(t.TempDir(), "run.json")
	child := exec.Command(os.Args[0], "-test.run=^TestAChild$")
	child.Env = append(os.Environ(), "DPOPTEST_CHILD=reports", "DPOPTEST_REPORT="+file)
	out, err := child.CombinedOutput()
	if err == nil {
		t.Fatalf("nothing fails\n%s", out)
	}
	text, err := os.Open(file)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	defer text.Close()
	run, err := reports.ReadJSON(text)
	if err != nil || len(run.Cases) < 2 || run.Conformance() != reports.NotConformant || run.Target[1].Kind != "real" {
		t.Errorf("%v: %d cases, %s, %+v", err, len(run.Cases), run.Conformance(), run.Target)
	}
	if _, err := os.Stat(file + ".xml"); err != nil {
		t.Error(err)
	}
}
