package runner

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/cucumber/godog"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/steps"
	"github.com/dpopspec/dpopspec/target"
)

// Options change how a plan is run.
type Options struct {
	Parallel int                   // cases at a time; 0: as many as there are processors, 1 against a real party
	Done     func(reports.Case)    // called as each case ends, one call at a time
	Repeat   func(c *Case) string  // the command that repeats a case alone
	Opened   func(*target.Session) // called when the target is open, before the first case
	Trace    bool                  // keep the exchanges of every case, not only of those that did not pass
}

// Execute runs the cases of a plan in parallel, each in a World of its own, and
// returns their results in the order of the plan. Cases that wait come last, all
// of them side by side: together they take as long as one. When the context
// ends, the cases that have not begun are left out.
func Execute(ctx context.Context, p *Plan, s *target.Session, o Options) []reports.Case {
	if o.Parallel == 0 {
		o.Parallel = 2 * runtime.GOMAXPROCS(0)
	}
	if s.Triggered() {
		o.Parallel = 1 // the servers of all cases have one address
	}
	defer collectLess()()
	results := make([]*reports.Case, len(p.Cases))
	var done sync.Mutex
	one := func(i int) {
		result := RunCase(ctx, p.Cases[i], s, p.Profile, o)
		if ctx.Err() != nil && result.Verdict == reports.Errored {
			return // cut short: it says nothing about the target
		}
		results[i] = &result
		if o.Done != nil {
			done.Lock()
			defer done.Unlock()
			o.Done(result)
		}
	}
	var busy, waiting []int
	for i, c := range p.Cases {
		if c.waits(s) {
			waiting = append(waiting, i)
		} else {
			busy = append(busy, i)
		}
	}
	inParallel(ctx, busy, o.Parallel, one)
	inParallel(ctx, waiting, len(waiting), one)
	var list []reports.Case
	for _, r := range results {
		if r != nil {
			list = append(list, *r)
		}
	}
	return list
}

// inParallel calls do for each number, so many at a time, until the context ends.
func inParallel(ctx context.Context, numbers []int, parallel int, do func(int)) {
	next := make(chan int)
	var group sync.WaitGroup
	for range parallel {
		group.Go(func() {
			for i := range next {
				do(i)
			}
		})
	}
	for _, i := range numbers {
		if ctx.Err() != nil {
			break
		}
		next <- i
	}
	close(next)
	group.Wait()
}

// collectLess lets garbage grow to several times what lives before it is
// collected, until the returned function is called: cases leave much behind and
// keep little. Whoever set GOGC is obeyed.
func collectLess() func() {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	before := debug.SetGCPercent(gcPercent)
	return func() { debug.SetGCPercent(before) }
}

const gcPercent = 800

// RunCase runs one case and returns its result.
func RunCase(ctx context.Context, c *Case, s *target.Session, profile features.Profile, o Options) reports.Case {
	started := time.Now()
	result := c.report(profile)
	if o.Repeat != nil {
		result.Repeat = o.Repeat(c)
	}
	switch {
	case c.problem != nil:
		result.Verdict, result.Reason = reports.Errored, c.problem.Error()
		return result
	case c.Skip != "":
		result.Verdict, result.Reason = reports.Skipped, c.Skip
		return result
	}
	p, retried := playUntilSettled(ctx, c, s, profile)
	p.into(&result)
	result.Notes = append(retried, result.Notes...)
	for _, note := range retried {
		result.Properties = append(result.Properties, reports.Property{Name: "flaky", Value: note})
	}
	if o.Trace || result.Verdict != reports.Passed {
		result.Exchanges = exchanges(p.world.Shown)
	}
	result.Duration = time.Since(started)
	return result
}

// playUntilSettled runs a case, and once more, in a new World, if the way to
// the target failed. What it returns besides says why it did.
func playUntilSettled(ctx context.Context, c *Case, s *target.Session, profile features.Profile) (p *play, retried []string) {
	for attempt := 1; ; attempt++ {
		p = &play{c: c, world: steps.NewWorld(ctx, s, profile, c.Endpoint, c.Subject), statuses: make([]string, 0, len(c.steps))}
		p.world.Operate(c.operation)
		p.world.ReadFiles(c.open)
		p.run(ctx)
		p.world.Close()
		note, again := s.Again(p.failure, attempt)
		if !again {
			p.failure = s.Final(p.failure)
			return p, retried
		}
		retried = append(retried, note)
	}
}

// play is one case while godog runs it.
type play struct {
	c        *Case
	world    *steps.World
	statuses []string
	failure  error // of the first step that did not pass
}

func (p *play) run(ctx context.Context) {
	suite := godog.TestSuite{
		Name:                "dpopspec",
		ScenarioInitializer: p.initialize,
		Options: &godog.Options{
			Format:          silentFormat,
			Output:          io.Discard,
			NoColors:        true,
			Strict:          true,
			Concurrency:     1,
			DefaultContext:  ctx,
			FeatureContents: []godog.Feature{{Name: p.c.ID, Contents: p.c.flat}},
		},
	}
	status := suite.Run()
	if p.failure == nil && (status != 0 || len(p.statuses) != len(p.c.steps)) {
		p.failure = fmt.Errorf("godog ran %d of %d steps and ended with status %d", len(p.statuses), len(p.c.steps), status)
	}
}

func (p *play) initialize(sc *godog.ScenarioContext) {
	steps.Bind(sc, p.world, p.c.definitions)
	sc.StepContext().After(func(ctx context.Context, _ *godog.Step, status godog.StepResultStatus, err error) (context.Context, error) {
		p.statuses = append(p.statuses, status.String())
		if err != nil && p.failure == nil {
			p.failure = err
		}
		return ctx, nil
	})
}

// into turns what happened into a verdict. Only a case whose every step ran and
// that stated something has passed.
func (p *play) into(r *reports.Case) {
	for i, step := range p.c.steps {
		status := "skipped"
		if i < len(p.statuses) {
			status = p.statuses[i]
		}
		r.Steps = append(r.Steps, reports.Step{Keyword: step.Keyword, Text: step.Text, Line: step.Line, Status: status})
	}
	r.Expected, r.Actual = p.world.Expected, p.world.Actual
	r.Notes = p.world.Observations
	for _, m := range p.world.Measurements() {
		r.Measurements = append(r.Measurements, reports.Measurement{Name: m.Name, Value: m.Value, Unit: m.Unit, Case: r.ID})
		r.Properties = append(r.Properties, reports.Property{Name: m.Name, Value: strings.TrimSpace(strconv.FormatFloat(m.Value, 'g', -1, 64) + " " + m.Unit)})
	}
	var violation *steps.Violation
	var skip *steps.NotApplicable
	var unsure *steps.Inconclusive
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

// failedStep names the step that did not hold.
func (p *play) failedStep() string {
	step := p.c.steps[len(p.statuses)-1]
	return fmt.Sprintf("the step did not hold: %s %s (%s:%d)", step.Keyword, step.Text, p.c.Feature, step.Line)
}

// report fills in what is known of a case before it runs.
func (c *Case) report(profile features.Profile) reports.Case {
	r := reports.Case{
		ID: c.ID, Feature: c.Feature, FeatureName: c.FeatureName, Line: c.Line,
		Scenario: c.Scenario, Row: c.Row, Endpoint: c.Endpoint, Subject: c.Subject.Name(),
	}
	for _, requirement := range c.Requirements {
		r.Requirements = append(r.Requirements, reportRequirement(requirement, profile))
	}
	return r
}

func reportRequirement(r features.Requirement, profile features.Profile) reports.Requirement {
	return reports.Requirement{
		ID: r.ID, Section: r.Section, Level: r.Level, Verdict: profile.Verdict(r), Binds: r.Binds,
		Text: r.Text, Why: r.Why, Remedy: r.Remedy,
	}
}
