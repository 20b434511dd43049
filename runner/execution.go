package runner

import (
	"context"
	"fmt"
	"io"
	"path"
	"regexp"
	"runtime"
	"strings"
	"time"

	"github.com/cucumber/godog"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/steps/own"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// Which steps a case has, and with which values, was settled when it was planned
// (Step.bound). godog runs them by their numbers: it keeps the order, begins none
// behind one that did not hold, and says what became of each. So no text is
// matched twice, and a step has the very table and doc string of the feature file.

// execution is a case while it is run, and afterwards what became of it.
type execution struct {
	c        *Case
	world    *world.World             // nil if the case could not begin
	statuses []godog.StepResultStatus // of its steps so far, as godog says
	failure  error                    // of the first step that did not hold, as it was returned
	joined   bool                     // whoever joined its World closes it
	closed   bool
	started  time.Time
	spent    time.Duration
	hear     func(patient bool) []reports.Heard // what servers of ours do meanwhile
	heard    []reports.Heard
}

// numbered is the one step that godog knows.
var numbered = regexp.MustCompile(`^step (\d+)$`)

// execute lets godog run cases one after the other, each in a World of its own that
// is made when the case begins. join is told of each World before the first step, and
// whoever gave it closes them; without it each is closed at the end of its case. To
// begin a run of godog takes a tenth of a case's time, so several share one.
func execute(
	ctx context.Context, cases []*Case, s *target.Session, profile features.Profile, join func(*world.World),
) []*execution {
	var all, fit []*execution
	for _, c := range cases {
		e := &execution{c: c, failure: c.usable(s)}
		if all = append(all, e); e.failure == nil {
			fit = append(fit, e)
		}
	}
	if len(fit) == 0 {
		return all
	}
	begun := 0
	status := godog.TestSuite{
		Name: "dpopspec",
		ScenarioInitializer: func(sc *godog.ScenarioContext) { // called as each begins, in their order
			fit[begun].begin(ctx, s, profile, join)
			fit[begun].prepare(sc)
			begun++
		},
		Options: &godog.Options{
			Format:          silentFormat,
			Output:          io.Discard,
			NoColors:        true,
			Strict:          true,
			Concurrency:     1,
			FeatureContents: []godog.Feature{{Name: cases[0].ID, Contents: numberedScenarios(fit)}},
		},
	}.Run()
	for _, e := range fit {
		e.complete(status)
	}
	return all
}

// begin makes the World of a case, unless the run has ended.
func (e *execution) begin(ctx context.Context, s *target.Session, profile features.Profile, join func(*world.World)) {
	e.started, e.joined = time.Now(), join != nil
	if e.failure = ctx.Err(); e.failure != nil {
		return
	}
	e.hear = s.Listen()
	e.world = world.NewWorld(ctx, s, profile, e.c.at, e.c.Subject)
	e.world.Case = e.c.ID
	e.world.ProbeOperation(e.c.operation)
	if join != nil {
		join(e.world)
	}
	world.Of[own.Caller](e.world).ReadFiles(e.c.open)
}

// close ends what the case has started.
func (e *execution) close() {
	if e.world != nil && !e.closed {
		e.closed = true
		e.world.Close()
	}
}

// usable returns why the set-up does not let a case be run, or nil. One that is run
// at an operation rests on nothing but what that takes.
func (c *Case) usable(s *target.Session) error {
	if c.scout {
		return nil
	}
	if c.operation != nil {
		if err := s.UsableAt(c.where()); err != nil {
			return err
		}
	}
	if c.operation == nil || s.Embedded(target.ResourceServer) {
		return s.Usable(c.Subject, c.Endpoint)
	}
	api := c.operation.API
	if api == "" {
		api = s.APIs[0].Name
	}
	return s.TakesTokensAt(c.where(), api)
}

// numberedScenarios are the cases as godog reads them.
func numberedScenarios(list []*execution) []byte {
	text := []byte("Feature: cases\n")
	for i, e := range list {
		text = fmt.Appendf(text, "Scenario: case %d\n", i)
		for step := range e.c.steps {
			text = fmt.Appendf(text, "* step %d\n", step)
		}
	}
	return text
}

// prepare tells godog what a step is, and is told what became of each.
func (e *execution) prepare(sc *godog.ScenarioContext) {
	sc.Step(numbered, func(number int) error { return e.step(e.c.steps[number]) })
	sc.StepContext().After(func(
		ctx context.Context, _ *godog.Step, status godog.StepResultStatus, err error,
	) (context.Context, error) {
		e.statuses = append(e.statuses, status)
		if e.failure == nil {
			e.failure = err
		}
		return ctx, nil
	})
	sc.After(func(ctx context.Context, _ *godog.Scenario, _ error) (context.Context, error) {
		if !e.joined {
			e.close()
		}
		if e.hear != nil {
			e.heard = e.hear(e.failure != nil)
		}
		e.spent = time.Since(e.started)
		return ctx, nil
	})
}

// step runs one step. A panic is an error with both places, the step's in the
// feature file and its own in the program.
func (e *execution) step(s Step) (err error) {
	if e.world == nil {
		return e.failure
	}
	defer func() {
		if value := recover(); value != nil {
			err = fmt.Errorf("%s:%d: the step panicked: %v (%s)", e.c.Feature, s.Line, value, placeOfPanic())
		}
	}()
	return s.bound(e.world)
}

// placeOfPanic is where the panic that is being recovered from began.
func placeOfPanic() string {
	callers := make([]uintptr, 32)
	frames := runtime.CallersFrames(callers[:runtime.Callers(1, callers)])
	for panicked := false; ; {
		frame, more := frames.Next()
		if panicked && !strings.HasPrefix(frame.Function, "runtime.") {
			return fmt.Sprintf("%s:%d", path.Base(frame.File), frame.Line)
		}
		panicked = panicked || frame.Function == "runtime.gopanic"
		if !more {
			return "the program does not know where"
		}
	}
}

// complete makes sure that the case was run whole: a step that godog passed over
// without a word must not count. status is what godog ended with.
func (e *execution) complete(status int) {
	passed := 0
	for _, s := range e.statuses {
		if s == godog.StepPassed {
			passed++
		}
	}
	if e.failure == nil && passed != len(e.c.steps) {
		e.failure = fmt.Errorf("godog ran %d of %d steps and ended with status %d", passed, len(e.c.steps), status)
	}
}
