package runner

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/cucumber/godog"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// report completes the result of a case with what happened.
func (e *execution) report(r *reports.Case, retried []string, trace bool) {
	r.Duration = e.spent
	if e.world == nil {
		e.judge(r)
		return
	}
	for i, step := range e.c.steps {
		r.Steps = append(r.Steps, reports.Step{
			Keyword: step.Keyword, Text: step.Text, Line: step.Line, Status: e.status(i).String(),
		})
	}
	r.Expected, r.Actual = e.world.Expected, e.world.Actual
	e.judge(r)
	e.attribute(r)
	e.measured(r)
	r.Notes = append(retried, e.world.Observations...)
	for _, note := range retried {
		r.Properties = append(r.Properties, reports.Property{Name: "flaky", Value: note})
	}
	if trace || r.Verdict != reports.Passed {
		r.Exchanges, r.Secrets = exchanges(e.world.Shown), cameBy(e.world.Shown)
		r.Heard = e.heard
	}
}

// broken is the verdict on a case whose violation is worth so much.
var broken = map[string]reports.Verdict{
	features.Fail: reports.Failed, features.Warn: reports.Warned, features.Info: reports.Noted,
}

// judge turns what happened into a verdict. Only a case whose every step ran and
// that stated something has passed.
func (e *execution) judge(r *reports.Case) {
	var violation *world.Violation
	var skip *world.NotApplicable
	var unsure *world.Inconclusive
	var foreign *target.ForeignHost
	var throttled *target.Throttled
	var blocked *target.Blocked
	switch {
	case errors.As(e.failure, &blocked):
		r.Verdict, r.Reason, r.Blocked = reports.Skipped, blocked.Error(), blocked.Problem.Name
	case errors.As(e.failure, &violation) && e.failedAt() < e.c.before:
		r.Verdict, r.Kind = reports.Errored, "a step before the probe did not hold"
		r.Reason = fmt.Sprintf("a step before the probe: %s: expected %s; got %s", e.failedStep(), violation.Expected, violation.Actual)
	case errors.As(e.failure, &violation):
		r.Verdict, r.Reason = broken[e.c.Verdict], e.failedStep()
		r.Expected, r.Actual = violation.Expected, violation.Actual
		if r.Verdict == reports.Failed || r.Verdict == reports.Warned {
			e.world.Told()
		}
	case errors.As(e.failure, &skip):
		r.Verdict, r.Reason, r.Kind = reports.Skipped, skip.Reason, skip.Kind
		r.Key, r.Rare = skip.Key, skip.Rare
	case errors.As(e.failure, &unsure):
		r.Verdict, r.Reason, r.Kind = reports.Inconclusive, unsure.Reason, unsure.Kind
	case errors.As(e.failure, &throttled):
		r.Verdict, r.Reason, r.Kind = reports.Inconclusive, e.failure.Error(), "throttled by "+throttled.Origin
	case errors.As(e.failure, &foreign):
		r.Verdict, r.Reason, r.Kind = reports.Inconclusive, e.failure.Error(), foreign.Error()
	case e.failure != nil:
		r.Verdict, r.Reason, r.Kind = reports.Errored, e.failure.Error(), innermost(e.failure).Error()
	case !e.world.Asserted():
		r.Verdict, r.Reason = reports.Errored, "the scenario states nothing that could fail; add a Then step"
	case e.world.Flooded():
		r.Verdict, r.Reason = reports.Errored, "more requests came to the embedded servers than they record, "+
			"and what came later was not looked at; see whether the client sends without end"
	default:
		r.Verdict = reports.Passed
	}
}

// measured adds the numbers that the case took.
func (e *execution) measured(r *reports.Case) {
	for _, m := range e.world.Measurements() {
		number := reports.Measurement{Name: m.Name, Value: m.Value, Unit: m.Unit, Case: r.ID}
		r.Measurements = append(r.Measurements, number)
		text := strings.TrimSpace(strconv.FormatFloat(m.Value, 'g', -1, 64) + " " + m.Unit)
		r.Properties = append(r.Properties, reports.Property{Name: m.Name, Value: text})
	}
}

// status is what became of a step; one that godog did not come to was skipped.
func (e *execution) status(i int) godog.StepResultStatus {
	if i < len(e.statuses) {
		return e.statuses[i]
	}
	return godog.StepSkipped
}

// failedAt is the number of the first step that did not hold, -1 if each did.
func (e *execution) failedAt() int {
	return slices.IndexFunc(e.statuses, func(s godog.StepResultStatus) bool { return s != godog.StepPassed })
}

// failedStep names the first step that did not hold.
func (e *execution) failedStep() string {
	step := e.c.steps[e.failedAt()]
	return fmt.Sprintf("the step did not hold: %s %s (%s:%d)", step.Keyword, step.Text, e.c.Feature, step.Line)
}
