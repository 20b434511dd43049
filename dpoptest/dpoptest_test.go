package dpoptest

import (
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/dpopspec/dpopspec/features"
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

// children are the tests that fail on purpose; the test below runs them in a
// process of their own.
var children = map[string]Options{
	"one cause":      {API: open, Probe: "GET /orders", IDs: []string{inOtherCase}},
	"a failure":      {API: open, Probe: "GET /orders", IDs: []string{accepted}},
	"a skip":         {API: open, Probe: "GET /orders", IDs: []string{"api-cors/*"}},
	"no probe":       {API: open, Probe: "/orders"},
	"both":           {API: open, Config: "dpopspec.yaml"},
	"an unknown tag": {Tags: "@no-such-tag"},
}

// TestAChild is what the test below starts as a process of its own: there Run
// fails on purpose, which must not fail this one. By itself it tests nothing.
func TestAChild(t *testing.T) {
	name := os.Getenv("DPOPTEST_CHILD")
	if name == "" {
		t.Skip("it is run by another test, in a process of its own: see DPOPTEST_CHILD")
	}
	Run(t, children[name])
}

func TestAFailureAndItsReasonAreThoseOfTheSubtest(t *testing.T) {
	for name, want := range map[string]string{
		"a failure":      "--- FAIL: TestAChild/" + accepted,
		"a skip":         "--- SKIP: TestAChild/api-cors/",
		"no probe":       `dpoptest: Probe "/orders" is not a method and a path`,
		"both":           "dpoptest: give Config or API, not both",
		"an unknown tag": "no scenario carries the tag @no-such-tag",
	} {
		child := exec.Command(os.Args[0], "-test.run=^TestAChild$", "-test.v")
		child.Env = append(os.Environ(), "DPOPTEST_CHILD="+name)
		out, err := child.CombinedOutput()
		if failed := err != nil; failed == (name == "a skip") || !strings.Contains(string(out), want) {
			t.Errorf("%s: %v; want %q\n%s", name, err, want, out)
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
