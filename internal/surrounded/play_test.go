package surrounded

import (
	"errors"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/runner"
	"github.com/dpopspec/dpopspec/surroundings"
)

// nothing is a surrounding that does nothing.
var nothing = surroundings.Row{
	ID: "SU-00", Way: "nothing", Does: "nothing",
	Honest: surroundings.Outcome{Conformance: []reports.Conformance{reports.Conformant}},
	Lax:    surroundings.Outcome{Conformance: []reports.Conformance{reports.NotConformant}},
}

func TestASurroundingThatDoesNothingTurnsNoVerdictAndIsAnError(t *testing.T) {
	results, err := Play(t.Context(), []surroundings.Row{nothing}, Options{Seeds: 2})
	if err != nil {
		t.Fatal(err)
	}
	got := results[0]
	var idle *notDisturbed
	if !errors.As(got.Problem, &idle) || got.Holds() {
		t.Errorf("a row that does nothing shows nothing, but its problem is %v", got.Problem)
	}
	if len(got.FalsePasses)+len(got.FalseFailures)+len(got.Wrong()) > 0 {
		t.Errorf("false passes %v, false failures %v, wrong %v", got.FalsePasses, got.FalseFailures, got.Wrong())
	}
	if len(got.Runs) != 4 {
		t.Fatalf("%d runs, want two of each subject", len(got.Runs))
	}
	for i, r := range got.Runs[2:] {
		if first := got.Runs[i]; r.Summary != first.Summary || r.Conformance != first.Conformance || r.Exit != first.Exit {
			t.Errorf("%s: two runs in the same surroundings differ: %+v, %+v", r.Subject, first, r)
		}
	}
	if honest := got.Runs[0].Summary; honest.Passed != honest.Total || honest.Total < 60 {
		t.Errorf("the honest subject: %+v", honest)
		t.Log(got.Runs[0])
	}
	if lax := got.Runs[1].Summary; lax.Failed < lax.Total/4 {
		t.Errorf("the lax subject: %+v", lax)
	}
}

func TestACaseIsMisjudgedIfTheSurroundingsTurnItsVerdict(t *testing.T) {
	const id = "proof-method/x@api"
	for _, test := range []struct {
		before, now     reports.Verdict
		passes, failure bool
	}{
		{reports.Failed, reports.Passed, true, false},
		{reports.Warned, reports.Passed, true, false},
		{reports.Failed, reports.Inconclusive, false, false},
		{reports.Inconclusive, reports.Passed, false, false},
		{reports.Passed, reports.Failed, false, true},
		{reports.Passed, reports.Warned, false, true},
		{reports.Passed, reports.Errored, false, false},
		{reports.Inconclusive, reports.Failed, false, false},
		{reports.Passed, reports.Passed, false, false},
	} {
		before := map[string]reports.Verdict{id: test.before}
		cases := []reports.Case{{ID: id, Verdict: test.now, Endpoint: "api"}}
		passed := func(string) bool { return test.now == reports.Passed }
		if got := falsePasses(1, before, cases, passed); (len(got) == 1) != test.passes {
			t.Errorf("%s, then %s: false passes %v", test.before, test.now, got)
		}
		if got := falseFailures(1, before, cases, nil); (len(got) == 1) != test.failure {
			t.Errorf("%s, then %s: false failures %v", test.before, test.now, got)
		}
		earned := func(c reports.Case) bool { return c.Endpoint == "api" }
		if got := falseFailures(1, before, cases, earned); got != nil {
			t.Errorf("%s, then %s: earned, and yet %v", test.before, test.now, got)
		}
	}
}

func TestARunIsComparedWithWhatMayComeOfIt(t *testing.T) {
	untested := surroundings.Outcome{
		Conformance: []reports.Conformance{reports.Partial, reports.CouldNotTest}, Problems: 1, Requests: 40, Unfinished: true,
	}
	for _, test := range []struct {
		run  Run
		says string
	}{
		{Run{Conformance: reports.CouldNotTest, Exit: 3, Problems: 1, Requests: 40}, ""},
		{Run{Conformance: reports.NotConformant, Exit: 1, Problems: 1}, `the run ends "not conformant"`},
		{Run{Conformance: reports.Partial, Exit: 0, Problems: 1}, "exit code 0"},
		{Run{Conformance: reports.CouldNotTest, Exit: 3}, "0 problems"},
		{Run{Conformance: reports.Partial, Exit: 3}, "0 problems"},
		{Run{Conformance: reports.CouldNotTest, Exit: 3, Problems: 2}, "2 problems"},
		{Run{Conformance: reports.CouldNotTest, Exit: 3, Problems: 1, Requests: 41}, "41 requests or starts"},
	} {
		got := strings.Join(wrong(untested, test.run), "; ")
		if test.says == "" && got != "" || !strings.Contains(got, test.says) {
			t.Errorf("%+v: %q, want %q", test.run, got, test.says)
		}
	}
}

func TestSubjectsThatAreWrongByThemselvesShowNothing(t *testing.T) {
	good := map[string]reports.Verdict{"x": reports.Passed}
	poor := map[string]reports.Verdict{"x": reports.Failed}
	for name, test := range map[string]struct {
		honest, lax map[string]reports.Verdict
		says        string
	}{
		"as they are to be":  {good, poor, ""},
		"an honest one":      {poor, poor, "does not pass x"},
		"a lax one is found": {good, good, "nothing finds the lax subject out"},
	} {
		a := &aside{verdicts: map[surroundings.Subject]map[string]reports.Verdict{
			surroundings.Honest: test.honest, surroundings.Lax: test.lax,
		}}
		err := a.check(nothing)
		if (err == nil) != (test.says == "") || err != nil && !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v, want %q", name, err, test.says)
		}
	}
}

// The counts are taken from real runs: if every case had found the lax subject out,
// those that it passes would be false, and a run may end otherwise than it should.
func TestARunCountsWhatItSees(t *testing.T) {
	sources, err := runner.ReadFS(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	e := newEnvirons(t.Context(), sources, Options{})
	alone, err := e.without(nothing)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]reports.Verdict{}
	for _, c := range alone.plan.Cases {
		all[c.ID] = reports.Failed
	}
	lied := &aside{plan: alone.plan, verdicts: map[surroundings.Subject]map[string]reports.Verdict{surroundings.Lax: all}}
	p := e.run(nothing, lied, surroundings.Lax, 1)
	if p.problem != nil || len(p.passes) == 0 || len(p.passes) != p.Summary.Passed || p.failures != nil {
		t.Errorf("%d of %d that passed are false passes, %d failures, %v",
			len(p.passes), p.Summary.Passed, len(p.failures), p.problem)
	}
	lied.verdicts[surroundings.Honest] = alone.verdicts[surroundings.Honest]
	wrongly := nothing
	wrongly.Honest = nothing.Lax
	p = e.run(wrongly, lied, surroundings.Honest, 1)
	if p.problem != nil || len(p.failures) > 0 || len(p.Wrong) != 1 {
		t.Errorf("an honest run: %d false failures, %v, wrong %v", len(p.failures), p.problem, p.Wrong)
	}
}
