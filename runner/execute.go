package runner

import (
	"context"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/target"
)

// Options change how a plan is run.
type Options struct {
	Parallel int                   // cases at a time; 0 or less: one more than there are processors, 1 if a trigger starts the client
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
	if o.Parallel <= 0 {
		o.Parallel = runtime.GOMAXPROCS(0) + 1 // one may wait for a program
	}
	if s.Triggered() {
		o.Parallel = 1 // the servers of all cases have one address
	}
	defer collectLess()()
	results := make([]*reports.Case, len(p.Cases))
	var done sync.Mutex
	run := func(batch []int) {
		cases := make([]*Case, len(batch))
		for i, number := range batch {
			cases[i] = p.Cases[number]
		}
		for i, result := range runCases(ctx, cases, s, p.Profile, o) {
			if ctx.Err() != nil && result.Verdict == reports.Errored {
				continue // cut short: it says nothing about the target
			}
			results[batch[i]] = &result
			if o.Done != nil {
				done.Lock()
				o.Done(result)
				done.Unlock()
			}
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
	inParallel(ctx, slices.Collect(slices.Chunk(busy, batchSize(s))), o.Parallel, run)
	inParallel(ctx, slices.Collect(slices.Chunk(waiting, 1)), len(waiting), run)
	var list []reports.Case
	for _, r := range results {
		if r != nil {
			list = append(list, *r)
		}
	}
	return list
}

// batchSize is how many cases are given to godog at once. Where nothing waits
// for another program, what godog does for each call weighs more than the
// report of a case as soon as it has ended.
func batchSize(s *target.Session) int {
	if s.Alone() {
		return 8
	}
	return 1
}

// inParallel runs batches of cases, so many at a time, until the context ends.
func inParallel(ctx context.Context, batches [][]int, parallel int, run func([]int)) {
	next := make(chan []int)
	var group sync.WaitGroup
	for range parallel {
		group.Go(func() {
			for batch := range next {
				run(batch)
			}
		})
	}
	for _, batch := range batches {
		if ctx.Err() != nil {
			break
		}
		next <- batch
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

// gcPercent is where less made no difference any more, and more cost memory alone.
const gcPercent = 500

// RunCase runs one case and returns its result.
func RunCase(ctx context.Context, c *Case, s *target.Session, profile features.Profile, o Options) reports.Case {
	return runCases(ctx, []*Case{c}, s, profile, o)[0]
}

// runCases runs cases one after another and returns their results in order.
func runCases(ctx context.Context, cases []*Case, s *target.Session, profile features.Profile, o Options) []reports.Case {
	results := make([]reports.Case, len(cases))
	plays := make(map[*play]*reports.Case, len(cases))
	var all []*play
	for i, c := range cases {
		result := &results[i]
		*result = c.report(profile)
		if o.Repeat != nil {
			result.Repeat = o.Repeat(c)
		}
		switch {
		case c.problem != nil:
			result.Verdict, result.Reason = reports.Errored, c.problem.Error()
		case c.Skip != "":
			result.Verdict, result.Reason = reports.Skipped, c.Skip
		default:
			p := newPlay(ctx, c, s, profile)
			plays[p], all = result, append(all, p)
		}
	}
	perform(ctx, all)
	for _, p := range all {
		retried := settle(ctx, p, s, profile)
		if p.world != nil {
			p.failure = p.world.Attributed(p.failure)
		}
		p.fill(plays[p], retried, o)
	}
	return results
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
