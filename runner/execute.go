package runner

import (
	"context"
	"maps"
	"runtime"
	"slices"
	"sync"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/parallel"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// Execute runs the cases of a plan, each in a World of its own, and returns their
// results in the order of the plan. At an embedded server they run in parallel and
// share nothing; at a real one those of an endpoint run one after the other (see
// lane). Cases that wait come last, all of them side by side: together they take as
// long as one. When the context ends, cases that have not ended, and verdicts that were
// still to be confirmed, are left out: whatever came of them may come of that end.
func Execute(ctx context.Context, p *Plan, s *target.Session, o Options) []reports.Case {
	if o.Parallel <= 0 {
		o.Parallel = runtime.GOMAXPROCS(0) + 1 // one may wait for a program
	}
	if s.Triggered() {
		o.Parallel = 1 // the servers of all cases have one address
	}
	results := make([]*reports.Case, len(p.Cases))
	failures := newFailures(o)
	var done sync.Mutex
	finish := func(i int, result reports.Case) {
		again := results[i] != nil // a verdict that did not stand
		if ctx.Err() != nil {
			results[i] = nil
			return
		}
		results[i] = &result
		failures.settle(i, result)
		if o.Done != nil && !again {
			done.Lock()
			defer done.Unlock()
			o.Done(result)
		}
	}
	run := func(some []int) {
		cases := make([]*Case, len(some))
		for n, i := range some {
			cases[n] = p.Cases[i]
		}
		for n, result := range runCases(ctx, cases, s, p.Profile, o) {
			finish(some[n], result)
		}
	}
	var busy, waiting []int
	queues := map[string][]int{}
	for i, c := range p.Cases {
		switch {
		case c.Waits(s):
			waiting = append(waiting, i)
		case c.probes(s):
			queues[c.queue()] = append(queues[c.queue()], i)
		default:
			busy = append(busy, i)
		}
	}
	clocks := o.clocks
	if clocks == nil {
		clocks = world.NewClocks()
	}
	parallel.Each(ctx, o.Parallel, slices.Sorted(maps.Keys(queues)), func(name string) {
		for _, some := range byPlace(p.Cases, queues[name]) {
			if ctx.Err() != nil || failures.enough() {
				break
			}
			l := newLane(ctx, s, p.Profile, o, clocks, finish)
			for _, i := range some {
				if ctx.Err() != nil || failures.enough() {
					break
				}
				l.run(i, p.Cases[i])
			}
			l.end()
		}
	})
	together := 1
	if s.Alone() && o.MaxFailures == 0 { // else each is counted before the next begins
		together = 8
	}
	unlessEnough := func(some []int) {
		if !failures.enough() {
			run(some)
		}
	}
	parallel.Each(ctx, o.Parallel, slices.Collect(slices.Chunk(busy, together)), unlessEnough)
	parallel.Each(ctx, len(waiting), slices.Collect(slices.Chunk(waiting, 1)), unlessEnough)
	var list []reports.Case
	for _, r := range results {
		if r != nil {
			list = append(list, *r)
		}
	}
	return list
}

// byPlace parts a queue wherever the next case goes elsewhere than the one before.
func byPlace(cases []*Case, queue []int) (parts [][]int) {
	for n, i := range queue {
		if n == 0 || cases[i].where() != cases[queue[n-1]].where() {
			parts = append(parts, nil)
		}
		parts[len(parts)-1] = append(parts[len(parts)-1], i)
	}
	return parts
}

// RunCase runs one case and returns its result.
func RunCase(ctx context.Context, c *Case, s *target.Session, profile features.Profile, o Options) reports.Case {
	return runCases(ctx, []*Case{c}, s, profile, o)[0]
}

// runCases runs cases one after the other and returns their results in that order.
func runCases(
	ctx context.Context, cases []*Case, s *target.Session, profile features.Profile, o Options,
) []reports.Case {
	results := make([]reports.Case, len(cases))
	var plain []*Case
	var places []int // of these among the results
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
			result.Verdict, result.Reason, result.Key = reports.Skipped, c.Skip, c.Key
		case c.probes(s) && !c.Waits(s):
			result.Verdict, result.Reason = reports.Errored, "the run was cut short"
			l := newLane(ctx, s, profile, o, world.NewClocks(), func(_ int, settled reports.Case) { *result = settled })
			l.run(0, c)
			l.end()
		default:
			plain, places = append(plain, c), append(places, i)
		}
	}
	ctx, sent := target.Counted(ctx) // of one case, where there is anybody to send to
	for n, e := range execute(ctx, plain, s, profile, nil) {
		result := &results[places[n]]
		e, retried := lasting(ctx, e, s, profile, nil)
		e.report(result, retried, o.Trace)
		o.see(e)
		result.Requests = sent()
	}
	return results
}

// executed runs one case, as often as it takes (see lasting).
func executed(
	ctx context.Context, c *Case, s *target.Session, profile features.Profile, join func(*world.World),
) (*execution, []string) {
	return lasting(ctx, execute(ctx, []*Case{c}, s, profile, join)[0], s, profile, join)
}

// lasting returns the execution of a case that counts: it is run once more, in a new
// World, as often as the way to the target fails and another try makes sense. What it
// returns beside says why. Who joined its World closes it.
func lasting(
	ctx context.Context, e *execution, s *target.Session, profile features.Profile, join func(*world.World),
) (last *execution, retried []string) {
	for attempt := 1; ; attempt++ {
		note, again := s.Again(ctx, e.failure, attempt)
		if !again {
			break
		}
		e.close()
		retried = append(retried, note)
		e = execute(ctx, []*Case{e.c}, s, profile, join)[0]
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
	if c.operation != nil {
		r.Operation = c.operation.Of
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
