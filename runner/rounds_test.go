package runner

import (
	"strings"
	"sync/atomic"
	"testing"

	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/steps"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// TestWhatBreaksInOneRoundIsBroken plays a case of which every third request meets
// an instance without a check.
func TestWhatBreaksInOneRoundIsBroken(t *testing.T) {
	var asked atomic.Int32
	v := steps.Standard().With(func(v *vocabulary.Vocabulary) {
		vocabulary.For[world.World](v).Then(`^an instance in three lacks it$`, func(w *world.World) error {
			return w.Expect(asked.Add(1)%3 != 0, "a refusal", "an answer")
		}, "Holds two times of three.", "Then an instance in three lacks it")
	})
	text := "Feature: own\n  Scenario: own\n    Then an instance in three lacks it\n"
	plan, err := NewPlanWith(v, []Source{{Path: "own.feature", Text: []byte(text)}}, target.Default(), Selection{})
	if err != nil {
		t.Fatal(err)
	}
	done := 0
	o := Options{Rounds: 7, Done: func(reports.Case) { done++ }}
	run, err := Run(t.Context(), plan, target.Default(), o)
	if err != nil || len(run.Cases) != 1 || run.Rounds != 7 || done != 7 {
		t.Fatalf("%v, %d cases, %d rounds, %d done", err, len(run.Cases), run.Rounds, done)
	}
	if c := run.Cases[0]; c.Verdict != reports.Failed || c.Rounds != 7 || c.Broke != 2 || c.Actual != "an answer" {
		t.Errorf("%+v", c)
	}
	asked.Store(0)
	once, err := Run(t.Context(), plan, target.Default(), Options{Rounds: 1})
	if c := once.Cases[0]; err != nil || c.Verdict != reports.Passed || c.Rounds != 0 || once.Rounds != 0 {
		t.Errorf("one round: %v, %+v", err, c)
	}
}

func TestTheResultsOfRoundsAreOne(t *testing.T) {
	ended := func(verdicts ...reports.Verdict) (list []reports.Case) {
		for _, v := range verdicts {
			list = append(list, reports.Case{ID: "a", Verdict: v, Reason: "it " + string(v), Requests: 3})
		}
		return list
	}
	for name, test := range map[string]struct {
		rounds []reports.Case
		want   reports.Verdict
		broke  int
		note   string
	}{
		"all pass":              {ended(reports.Passed, reports.Passed), reports.Passed, 0, ""},
		"one fails":             {ended(reports.Passed, reports.Failed, reports.Passed), reports.Failed, 1, ""},
		"one warns":             {ended(reports.Passed, reports.Warned), reports.Warned, 1, ""},
		"one fails, one errors": {ended(reports.Errored, reports.Failed), reports.Failed, 1, "in 1 of 2 rounds: it errored"},
		"one tells nothing": {ended(reports.Passed, reports.Inconclusive, reports.Passed), reports.Passed, 0,
			"it told nothing in 1 of 3 rounds: it inconclusive"},
		"none tells anything": {ended(reports.Skipped, reports.Errored), reports.Errored, 0, ""},
	} {
		got := overRounds(test.rounds)
		notes := strings.Join(got.Notes, "; ")
		if got.Verdict != test.want || got.Broke != test.broke || got.Rounds != len(test.rounds) ||
			got.Requests != 3*len(test.rounds) || !strings.Contains(notes, test.note) || test.note == "" && notes != "" {
			t.Errorf("%s: %s, broke in %d of %d, %d requests, %q",
				name, got.Verdict, got.Broke, got.Rounds, got.Requests, notes)
		}
	}
}
