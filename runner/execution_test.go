package runner

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/cucumber/godog"

	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/steps"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

var errOwn = errors.New("the disk is full")

// ownSteps are steps that end in each way a step can end.
func ownSteps() *vocabulary.Vocabulary {
	return steps.Standard().With(func(v *vocabulary.Vocabulary) {
		g := vocabulary.For[world.World](v)
		g.Then(`^all is well:?$`, func(w *world.World) error { return w.Expect(true, "a", "a") }, "Holds.", "Then all is well")
		g.Then(`^all is well, says (.*)$`, func(w *world.World, who string) error { return w.Expect(who != "", "a name", who) }, "Holds.", "Then all is well, says Ann")
		g.Then(`^all is told:$`, func(w *world.World, text string) error { return w.Expect(text == "well", "well", text) }, "Holds.", "Then all is told:")
		g.Then(`^the (.+)$`, func(w *world.World, what string) error { return w.Expect(what != "", "a thing", what) }, "Holds.", "Then the weather is fine")
		g.Then(`^it does not hold$`, func(w *world.World) error { return w.Expect(false, "a", "b") }, "Fails.", "Then it does not hold")
		g.Given(`^nothing$`, func(*world.World) error { return nil }, "Does nothing.", "Given nothing")
		g.Then(`^the broad and (.+)$`, func(*world.World, string) error { return nil }, "Is like another.", "Then the broad and long")
		g.Then(`^it is at fault$`, func(w *world.World) error { return errors.New(w.Observations[7]) }, "Panics.", "Then it is at fault")
		g.Then(`^it is pending$`, func(*world.World) error { return godog.ErrPending }, "Is not made yet.", "Then it is pending")
		g.Then(`^it is passed over$`, func(*world.World) error { return godog.ErrSkip }, "Passes.", "Then it is passed over")
		g.Then(`^it is unsure$`, func(*world.World) error { return &world.Inconclusive{Reason: "nobody knows"} }, "Ends the case.", "Then it is unsure")
		g.Then(`^it panics$`, func(*world.World) error { panic("out of its wits") }, "Panics.", "Then it panics")
		g.Then(`^it breaks$`, func(*world.World) error { return fmt.Errorf("writing: %w", errOwn) }, "Breaks.", "Then it breaks")
		g.Then(`^it is no good$`, func(*world.World) error { return &world.NotApplicable{Reason: "not here"} }, "Ends the case.", "Then it is no good")
	})
}

func TestEachStepOfACaseEndsAsItsVerdictSays(t *testing.T) {
	for _, c := range []struct {
		name, scenario string
		verdict        reports.Verdict
		reason         string
		statuses       string
	}{
		{"all hold", "Then all is well\nAnd all is well", reports.Passed, "", "passed passed"},
		{"one does not", "Then all is well\nAnd it does not hold\nAnd all is well", reports.Failed, "it does not hold", "passed failed skipped"},
		{"one panics", "Then all is well\nAnd it panics\nAnd all is well", reports.Errored,
			"own.feature:4: the step panicked: out of its wits (execution_test.go:", "passed failed skipped"},
		{"one is at fault", "Then it is at fault", reports.Errored, "index out of range [7] with length 0 (execution_test.go:", "failed"},
		{"one is pending", "Then all is well\nAnd it is pending\nAnd all is well", reports.Errored, "pending", "passed pending skipped"},
		{"one wants to be passed over", "Then all is well\nAnd it is passed over\nAnd all is well", reports.Errored, "skipped", "passed skipped skipped"},
		{"one is unsure", "Then it is unsure", reports.Inconclusive, "nobody knows", "failed"},
		{"none states anything", "Given nothing", reports.Errored, "states nothing", "passed"},
		{"one is undefined", "Then all is well\nAnd all is swell", reports.Errored, "own.feature:4:5: no step is called", ""},
		{"one is ambiguous", "Then the broad and the long of it", reports.Errored, "is ambiguous", ""},
		{"one breaks", "Then it breaks\nAnd all is well", reports.Errored, "the disk is full", "failed skipped"},
		{"one ends the case", "Then all is well\nAnd it is no good", reports.Skipped, "not here", "passed failed"},
		{"a text behind a step", "Then all is well\nAnd it does not hold\n\"\"\"\nx\n\"\"\"", reports.Errored, "takes nothing below it", ""},
		{"a table behind a step", "Then all is well\n| a |", reports.Errored, "takes nothing below it", ""},
		{"a text that its step takes", "Then all is told:\n\"\"\"\nwell\n\"\"\"", reports.Passed, "", "passed"},
		{"a text that is missing", "Then all is told:", reports.Errored, "needs a doc string below it", ""},
		{"a colon at the end", "Then all is well:\nAnd it panics", reports.Errored, "out of its wits", "passed failed"},
		{"a step of a broad pattern", "Then the weather is fine", reports.Passed, "", "passed"},
		{"odd characters", "Then all is well, says # \"|\\ ünd\nAnd it does not hold", reports.Failed, "it does not hold", "passed failed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			source := Source{Path: "own.feature", Text: []byte("Feature: own\n  Scenario: own\n    " + strings.ReplaceAll(c.scenario, "\n", "\n    ") + "\n")}
			plan, err := NewPlanWith(ownSteps(), []Source{source}, target.Default(), Selection{})
			if err != nil {
				t.Fatal(err)
			}
			run, err := Run(t.Context(), plan, target.Default(), Options{})
			if err != nil {
				t.Fatal(err)
			}
			result := run.Cases[0]
			var statuses []string
			for _, s := range result.Steps {
				statuses = append(statuses, s.Status)
			}
			if got := strings.Join(statuses, " "); result.Verdict != c.verdict || !strings.Contains(result.Reason, c.reason) || got != c.statuses {
				t.Errorf("%s (%s), steps %s", result.Verdict, result.Reason, got)
			}
		})
	}
}
