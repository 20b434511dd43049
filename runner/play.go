package runner

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/cucumber/godog"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/steps/own"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// play is one case while godog runs it.
type play struct {
	c       *Case
	arrange func() *world.World
	world   *world.World // nil until the case begins
	failure error        // of the first step that did not hold
	started time.Time
	spent   time.Duration
}

func newPlay(ctx context.Context, c *Case, s *target.Session, profile features.Profile) *play {
	return &play{c: c, arrange: func() *world.World {
		w := world.NewWorld(ctx, s, profile, c.at, c.Subject)
		w.Operate(c.operation)
		world.Of[own.Caller](w).ReadFiles(c.open)
		return w
	}}
}

// nested is the step of a scenario whose steps are nested in it.
var nested = regexp.MustCompile("^" + nestedText + "$")

const nestedText = "the steps of the case"

// perform lets godog run cases one after another, each in its own World.
func perform(ctx context.Context, plays []*play) {
	if len(plays) == 0 {
		return
	}
	stage := &stage{plays: plays}
	feature := []byte("Feature: cases\n")
	for _, p := range plays {
		feature = append(feature, p.c.flat...)
	}
	suite := godog.TestSuite{
		Name:                "dpopspec",
		ScenarioInitializer: stage.next,
		Options: &godog.Options{
			Format:          silentFormat,
			Output:          io.Discard,
			NoColors:        true,
			Strict:          true,
			Concurrency:     1,
			DefaultContext:  ctx,
			FeatureContents: []godog.Feature{{Name: plays[0].c.ID, Contents: feature}},
		},
	}
	status := suite.Run()
	stage.leave()
	for _, p := range plays {
		p.complete(status)
	}
}

// stage takes the cases of one godog suite in their order.
type stage struct {
	plays []*play
	on    *play // the case under way
}

// next prepares the case whose steps godog runs now.
func (s *stage) next(sc *godog.ScenarioContext) {
	s.leave()
	p := s.plays[0]
	s.plays, s.on = s.plays[1:], p
	p.started = time.Now()
	p.world = p.arrange()
	vocabulary.Bind(sc, p.c.definitions)
	if p.c.nested != nil {
		sc.Step(nested, func(context.Context) godog.Steps { return p.c.nested })
	}
	sc.Before(func(ctx context.Context, scenario *godog.Scenario) (context.Context, error) {
		if scenario.Name != p.c.title {
			return ctx, fmt.Errorf("godog runs the scenario %s in the place of %s", scenario.Name, p.c.title)
		}
		return vocabulary.InScene(ctx, p.world), ctx.Err() // when the run ends, the cases that are left end at once
	})
	sc.After(func(ctx context.Context, _ *godog.Scenario, err error) (context.Context, error) {
		p.failure = p.first(err)
		return ctx, nil
	})
}

// leave ends what the case under way has started.
func (s *stage) leave() {
	if p := s.on; p != nil {
		p.world.Close()
		p.spent = time.Since(p.started)
		s.on = nil
	}
}

// first is the error of the first step that did not hold, as it was returned:
// of nested steps godog tells the words alone. err is what godog makes of the
// scenario, and of a step that panicked it knows more.
func (p *play) first(err error) error {
	for _, ended := range p.world.Ended {
		switch {
		case ended == vocabulary.ErrNotEnded && err != nil:
			return err
		case ended != nil:
			return ended
		}
	}
	return err
}

// complete sees that the case was run whole: a step that godog passed over
// without a word must not count. status is what godog made of all its cases.
func (p *play) complete(status int) {
	var ran int
	if p.world != nil {
		ran = len(p.world.Ended)
		p.failure = p.first(p.failure)
	}
	if p.failure == nil && ran != len(p.c.steps) {
		p.failure = fmt.Errorf("godog ran %d of %d steps and ended with status %d", ran, len(p.c.steps), status)
	}
}

// settle runs a case once more, in a new World, if the way to the target
// failed. What it returns says why it did.
func settle(ctx context.Context, p *play, s *target.Session, profile features.Profile) (retried []string) {
	for attempt := 1; ; attempt++ {
		note, again := s.Again(p.failure, attempt)
		if !again {
			p.failure = s.Final(p.failure)
			return retried
		}
		retried = append(retried, note)
		*p = *newPlay(ctx, p.c, s, profile)
		perform(ctx, []*play{p})
	}
}

// fill completes the result of a case with what happened.
func (p *play) fill(r *reports.Case, retried []string, o Options) {
	r.Duration = p.spent
	if p.world == nil {
		r.Verdict, r.Reason = reports.Errored, p.failure.Error()
		return
	}
	p.into(r)
	r.Notes = append(retried, r.Notes...)
	for _, note := range retried {
		r.Properties = append(r.Properties, reports.Property{Name: "flaky", Value: note})
	}
	if o.Trace || r.Verdict != reports.Passed {
		r.Exchanges, r.Secrets = exchanges(p.world.Shown), cameBy(p.world.Shown)
	}
}

// into turns what happened into a verdict. Only a case whose every step ran and
// that stated something has passed.
func (p *play) into(r *reports.Case) {
	for i, step := range p.c.steps {
		r.Steps = append(r.Steps, reports.Step{Keyword: step.Keyword, Text: step.Text, Line: step.Line, Status: p.status(i)})
	}
	r.Expected, r.Actual = p.world.Expected, p.world.Actual
	r.Notes = p.world.Observations
	for _, m := range p.world.Measurements() {
		r.Measurements = append(r.Measurements, reports.Measurement{Name: m.Name, Value: m.Value, Unit: m.Unit, Case: r.ID})
		r.Properties = append(r.Properties, reports.Property{Name: m.Name, Value: strings.TrimSpace(strconv.FormatFloat(m.Value, 'g', -1, 64) + " " + m.Unit)})
	}
	var violation *world.Violation
	var skip *world.NotApplicable
	var unsure *world.Inconclusive
	var foreign *target.ForeignHost
	var throttled *target.Throttled
	switch {
	case errors.As(p.failure, &violation):
		r.Verdict = map[string]reports.Verdict{features.Fail: reports.Failed, features.Warn: reports.Warned, features.Info: reports.Noted}[p.c.Verdict]
		r.Expected, r.Actual = violation.Expected, violation.Actual
		r.Reason = p.failedStep()
	case errors.As(p.failure, &skip):
		r.Verdict, r.Reason = reports.Skipped, skip.Reason
	case errors.As(p.failure, &unsure):
		r.Verdict, r.Reason = reports.Inconclusive, unsure.Reason
	case errors.As(p.failure, &foreign), errors.As(p.failure, &throttled):
		r.Verdict, r.Reason = reports.Inconclusive, p.failure.Error()
	case p.failure != nil:
		r.Verdict, r.Reason = reports.Errored, p.failure.Error()
	case !p.world.Asserted():
		r.Verdict, r.Reason = reports.Errored, "the scenario states nothing that could fail; add a Then step"
	default:
		r.Verdict = reports.Passed
	}
}

// status is what became of a step: those behind the first that did not hold were
// not begun.
func (p *play) status(i int) string {
	switch {
	case i >= len(p.world.Ended):
		return godog.StepSkipped.String()
	case p.world.Ended[i] != nil:
		return godog.StepFailed.String()
	}
	return godog.StepPassed.String()
}

// failedStep names the step that did not hold, which is the last that began.
func (p *play) failedStep() string {
	step := p.c.steps[len(p.world.Ended)-1]
	return fmt.Sprintf("the step did not hold: %s %s (%s:%d)", step.Keyword, step.Text, p.c.Feature, step.Line)
}
