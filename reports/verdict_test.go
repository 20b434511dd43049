package reports

import "testing"

var (
	must   = Requirement{ID: "M", Verdict: "fail"}
	should = Requirement{ID: "S", Verdict: "warn"}
)

func ended(v Verdict, requirements ...Requirement) Case {
	return Case{ID: string(v), Verdict: v, Requirements: requirements}
}

func blocked(by string, c Case) Case {
	c.Blocked = by
	return c
}

func TestTheConformanceOfARunFollowsFromItsCases(t *testing.T) {
	for _, test := range []struct {
		name string
		run  Run
		want Conformance
		exit int
	}{
		{"all passed", Run{Cases: []Case{ended(Passed, must)}}, Conformant, 0},
		{"one failed", Run{Cases: []Case{ended(Passed, must), ended(Failed, must)}}, NotConformant, 1},
		{"a warning is conformant", Run{Cases: []Case{ended(Warned, should)}}, Conformant, 0},
		{"a warning under strict is a failure", Run{Strict: true, Cases: []Case{ended(Warned, should)}},
			NotConformant, 1},
		{"a note is conformant", Run{Strict: true, Cases: []Case{ended(Noted)}}, Conformant, 0},
		{"a MUST skipped everywhere is partial", Run{Cases: []Case{ended(Passed), ended(Skipped, must)}}, Partial, 0},
		{"a MUST inconclusive everywhere is partial",
			Run{Cases: []Case{ended(Passed), ended(Inconclusive, must)}}, Partial, 0},
		{"a MUST skipped here and passed there is tested",
			Run{Cases: []Case{ended(Skipped, must), ended(Passed, must)}}, Conformant, 0},
		{"a SHOULD may be skipped", Run{Cases: []Case{ended(Passed, must), ended(Skipped, should)}}, Conformant, 0},
		{"a MUST without a case is no gap of the target",
			Run{Catalogue: []Requirement{must}, Cases: []Case{ended(Passed)}}, Conformant, 0},
		{"a failure outweighs a gap", Run{Cases: []Case{ended(Failed, should), ended(Skipped, must)}},
			NotConformant, 1},
		{"an error could not test", Run{Cases: []Case{ended(Passed, must), ended(Errored, should)}}, Partial, 3},
		{"a failure outweighs an error", Run{Cases: []Case{ended(Failed, must), ended(Errored, must)}},
			NotConformant, 1},
		{"no case at all could not test", Run{}, CouldNotTest, 3},
		{"nothing but skips could not test", Run{Cases: []Case{ended(Skipped, should)}}, CouldNotTest, 3},
		{"a selection has passed, no more", Run{Selection: &Selection{Of: 9}, Cases: []Case{ended(Passed, must)}}, SelectionPassed, 0},
		{"a selection can fail", Run{Selection: &Selection{Of: 9}, Cases: []Case{ended(Failed, must)}}, NotConformant, 1},
		{"a selection of which nothing told anything could not test",
			Run{Selection: &Selection{Of: 9}, Cases: []Case{ended(Inconclusive, must)}}, CouldNotTest, 3},
		{"what is inconclusive at one endpoint is not tested by another",
			Run{Cases: []Case{placed("api", ended(Passed, must)), placed("token", ended(Inconclusive, must))}}, Partial, 0},
		{"an endpoint that is not there is no gap",
			Run{Cases: []Case{placed("api", ended(Passed, must)), placed("par", ended(Skipped, must))}}, Conformant, 0},
		{"a problem of the set-up leaves a run partial",
			Run{SetUp: []Problem{{Name: "x"}}, Cases: []Case{ended(Passed, must)}}, Partial, 3},
		{"a problem of the set-up by which nothing was told could not test",
			Run{SetUp: []Problem{{Name: "x"}}, Cases: []Case{blocked("x", ended(Skipped, must))}}, CouldNotTest, 3},
		{"a failure outweighs a problem of the set-up",
			Run{SetUp: []Problem{{Name: "x"}}, Cases: []Case{ended(Failed, must)}}, NotConformant, 1},
		{"an endpoint that is blocked is a gap, though another was tested", Run{Cases: []Case{
			placed("api", ended(Passed, must)), placed("par", blocked("x", ended(Skipped, must)))}}, Partial, 0},
		{"an interrupted run is partial", Run{Interrupted: true, Cases: []Case{ended(Passed, must)}}, Partial, 3},
		{"an excused deviation is not conformance", Run{Cases: []Case{ended(Passed), ended(Known, must)}}, Partial, 0},
		{"a verdict that does not exist is an error", Run{Cases: []Case{ended(Passed), ended("odd", must)}},
			Partial, 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := test.run.Conformance(); got != test.want {
				t.Errorf("conformance: got %q, want %q", got, test.want)
			}
			if got := test.run.ExitCode(); got != test.exit {
				t.Errorf("exit code: got %d, want %d", got, test.exit)
			}
		})
	}
}

func TestAGapGivesEachReasonOnceAndTheGravestVerdict(t *testing.T) {
	a, b, c := ended(Skipped, must), ended(Inconclusive, must), ended(Skipped, must)
	a.Reason, b.Reason, c.Reason = "no nonce", "the control failed", "no nonce"
	run := Run{Cases: []Case{a, b, c}}
	gaps := run.Gaps()
	if len(gaps) != 1 || gaps[0].Verdict != Inconclusive || len(gaps[0].Reasons) != 2 {
		t.Fatalf("got %+v", gaps)
	}
}

func TestTheSummaryCountsEveryCaseOnce(t *testing.T) {
	run := sampleRun()
	s := run.Summary()
	sum := 0
	for _, v := range Verdicts {
		sum += s.Of(v)
	}
	if s.Total != len(run.Cases) || sum != s.Total || s.Failed != 2 || s.Passed != 7 {
		t.Errorf("got %+v for %d cases", s, len(run.Cases))
	}
}

// placed is a case at an endpoint.
func placed(endpoint string, c Case) Case {
	c.Endpoint = endpoint
	return c
}

// A scenario of one's own that could not be judged is no requirement, and the run no less
// partial for it.
func TestAnOwnScenarioThatCouldNotBeJudgedIsAGap(t *testing.T) {
	passed := Case{ID: "shop/one", Verdict: Passed}
	for verdict, want := range map[Verdict]Conformance{
		Passed: Conformant, Noted: Conformant, Skipped: Partial, Inconclusive: Partial, Errored: Partial, Failed: NotConformant,
	} {
		run := Run{Cases: []Case{passed, {ID: "shop/two", Verdict: verdict, Reason: "why"}}}
		if got := run.Conformance(); got != want {
			t.Errorf("%s: %s, want %s", verdict, got, want)
		}
		gaps := run.Gaps()
		if untested := want == Partial; untested != (len(gaps) == 1 && gaps[0].Name() == "shop/two") {
			t.Errorf("%s: gaps %+v", verdict, gaps)
		}
	}
	extra := Run{Cases: []Case{passed, {ID: "instances", Verdict: Inconclusive, Extra: true}}}
	if got := extra.Conformance(); got != Conformant {
		t.Errorf("a finding that is no case makes the run %s", got)
	}
}
