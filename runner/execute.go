package runner

import (
	"context"
	"runtime"
	"sync"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/target"
)

// Options change how a plan is run.
type Options struct {
	// Parallel is how many cases are run at a time; 0 or less: one more than there
	// are processors. Where a trigger starts the client it is 1 in any event.
	Parallel int

	Done   func(reports.Case)    // called as each case ends, one call at a time
	Repeat func(c *Case) string  // the command that repeats a case alone
	Opened func(*target.Session) // called when the target is open, before the first case
	Trace  bool                  // keep the exchanges of every case, not only of those that did not pass
}

// Execute runs the cases of a plan in parallel, each in a World of its own, and
// returns their results in the order of the plan. Cases that wait come last, all
// of them side by side: together they take as long as one. When the context
// ends, the cases that have not begun are left out.
func Execute(ctx context.Context, p *Plan, s *target.Session, o Options) []reports.Case {
	if o.Parallel <= 0 {
		o.Parallel = runtime.GOMAXPROCS(0) + 1 // one may wait for a program
	}
	if s.Triggered() {
		o.Parallel = 1 // the servers of all cases have one address
	}
	results := make([]*reports.Case, len(p.Cases))
	var done sync.Mutex
	run := func(i int) {
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
		if c.Waits(s) {
			waiting = append(waiting, i)
		} else {
			busy = append(busy, i)
		}
	}
	inParallel(ctx, o.Parallel, busy, run)
	inParallel(ctx, len(waiting), waiting, run)
	var list []reports.Case
	for _, r := range results {
		if r != nil {
			list = append(list, *r)
		}
	}
	return list
}

// inParallel does something with each of a list, so many at a time, and returns
// when all is done. When the context ends it begins nothing more.
func inParallel[T any](ctx context.Context, most int, list []T, do func(T)) {
	next := make(chan T)
	var group sync.WaitGroup
	for range min(most, len(list)) {
		group.Go(func() {
			for one := range next {
				do(one)
			}
		})
	}
	for _, one := range list {
		if ctx.Err() != nil {
			break
		}
		next <- one
	}
	close(next)
	group.Wait()
}

// RunCase runs one case and returns its result.
func RunCase(ctx context.Context, c *Case, s *target.Session, profile features.Profile, o Options) reports.Case {
	result := c.report(profile)
	if o.Repeat != nil {
		result.Repeat = o.Repeat(c)
	}
	switch {
	case c.problem != nil:
		result.Verdict, result.Reason = reports.Errored, c.problem.Error()
	case c.Skip != "":
		result.Verdict, result.Reason = reports.Skipped, c.Skip
	default:
		e, retried := executed(ctx, c, s, profile)
		e.report(&result, retried, o.Trace)
	}
	return result
}

// executed runs a case, and once more, in a new World, as often as the way to the
// target fails and another try makes sense. What it returns beside the execution
// that counts says why there were others.
func executed(
	ctx context.Context, c *Case, s *target.Session, profile features.Profile,
) (e *execution, retried []string) {
	for attempt := 1; ; attempt++ {
		e = execute(ctx, c, s, profile)
		note, again := s.Again(ctx, e.failure, attempt)
		if !again {
			break
		}
		retried = append(retried, note)
	}
	e.failure = s.Final(e.failure)
	if e.world != nil {
		e.failure = e.world.Attributed(e.failure)
	}
	return e, retried
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
