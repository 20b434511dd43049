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
		step := func(pattern, example string, handler any) { g.Then(pattern, handler, "Ends in its way.", example) }
		ends := func(text string, err error) {
			step("^"+text+"$", "Then "+text, func(*world.World) error { return err })
		}
		step(`^all is well:?$`, "Then all is well", func(w *world.World) error { return w.Expect(true, "a", "a") })
		step(`^all is well, says (.*)$`, "Then all is well, says Ann", func(w *world.World, who string) error {
			return w.Expect(who != "", "a name", who)
		})
		step(`^all is told:$`, "Then all is told:", func(w *world.World, text string) error {
			return w.Expect(text == "well", "well", text)
		})
		step(`^the (.+)$`, "Then the weather is fine", func(w *world.World, what string) error {
			return w.Expect(what != "", "a thing", what)
		})
		step(`^the broad and (.+)$`, "Then the broad and long", func(*world.World, string) error { return nil })
		step(`^it does not hold$`, "Then it does not hold", func(w *world.World) error {
			return w.Expect(false, "a", "b")
		})
		step(`^it panics$`, "Then it panics", func(*world.World) error { panic("out of its wits") })
		step(`^it is at fault$`, "Then it is at fault", func(w *world.World) error {
			return errors.New(w.Observations[7])
		})
		ends("nothing is done", nil)
		ends("it is pending", godog.ErrPending)
		ends("it is passed over", godog.ErrSkip)
		ends("it breaks", fmt.Errorf("writing: %w", errOwn))
		ends("it is no good", &world.NotApplicable{Reason: "not here"})
		ends("it is unsure", &world.Inconclusive{Reason: "nobody knows"})
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
		{"one does not", "Then all is well\nAnd it does not hold\nAnd all is well",
			reports.Failed, "it does not hold", "passed failed skipped"},
		{"one panics", "Then all is well\nAnd it panics\nAnd all is well",
			reports.Errored, "own.feature:4: the step panicked: out of its wits (execution_test.go:",
			"passed failed skipped"},
		{"one is at fault", "Then it is at fault",
			reports.Errored, "index out of range [7] with length 0 (execution_test.go:", "failed"},
		{"one is pending", "Then all is well\nAnd it is pending\nAnd all is well",
			reports.Errored, "pending", "passed pending skipped"},
		{"one wants to be passed over", "Then all is well\nAnd it is passed over\nAnd all is well",
			reports.Errored, "skipped", "passed skipped skipped"},
		{"one breaks", "Then it breaks\nAnd all is well", reports.Errored, "the disk is full", "failed skipped"},
		{"one ends the case", "Then all is well\nAnd it is no good", reports.Skipped, "not here", "passed failed"},
		{"one is unsure", "Then it is unsure", reports.Inconclusive, "nobody knows", "failed"},
		{"none states anything", "Given nothing is done", reports.Errored, "states nothing", "passed"},
		{"one is undefined", "Then all is well\nAnd all is swell",
			reports.Errored, "own.feature:4:5: no step is called", ""},
		{"one is ambiguous", "Then the broad and the long of it", reports.Errored, "is ambiguous", ""},
		{"a text behind a step", "Then all is well\nAnd it does not hold\n\"\"\"\nx\n\"\"\"",
			reports.Errored, "takes nothing below it", ""},
		{"a table behind a step", "Then all is well\n| a |", reports.Errored, "takes nothing below it", ""},
		{"a text that its step takes", "Then all is told:\n\"\"\"\nwell\n\"\"\"", reports.Passed, "", "passed"},
		{"a text that is missing", "Then all is told:", reports.Errored, "needs a doc string below it", ""},
		{"a colon at the end", "Then all is well:\nAnd it panics", reports.Errored, "out of its wits", "passed failed"},
		{"a step of a broad pattern", "Then the weather is fine", reports.Passed, "", "passed"},
		{"a step that is called like godog's", "Then the step 0", reports.Passed, "", "passed"},
		{"odd characters", "Then all is well, says # \"|\\ ünd\nAnd it does not hold",
			reports.Failed, "it does not hold", "passed failed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := "Feature: own\n  Scenario: own\n    " + strings.ReplaceAll(c.scenario, "\n", "\n    ") + "\n"
			source := []Source{{Path: "own.feature", Text: []byte(text)}}
			plan, err := NewPlanWith(ownSteps(), source, target.Default(), Selection{})
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
			told := result.Verdict == c.verdict && strings.Contains(result.Reason, c.reason)
			if got := strings.Join(statuses, " "); !told || got != c.statuses {
				t.Errorf("%s (%s), steps %s", result.Verdict, result.Reason, got)
			}
		})
	}
}
