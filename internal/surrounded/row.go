package surrounded

import (
	"fmt"
	"slices"
	"sync"

	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/runner"
	"github.com/dpopspec/dpopspec/surroundings"
)

func (e *environs) play(row surroundings.Row) Result {
	result := Result{Row: row}
	var alone *aside
	if alone, result.Problem = e.without(row); result.Problem != nil {
		return result
	}
	type turn struct {
		subject surroundings.Subject
		seed    int
	}
	var turns []turn
	for seed := 1; seed <= max(1, e.o.Seeds); seed++ {
		for _, subject := range []surroundings.Subject{surroundings.Honest, surroundings.Lax} {
			if row.Plays(subject) && (seed == 1 || !row.Once) {
				turns = append(turns, turn{subject, seed})
			}
		}
	}
	parts := make([]part, len(turns))
	var group sync.WaitGroup
	for i, t := range turns {
		group.Go(func() { parts[i] = e.run(row, alone, t.subject, t.seed) })
	}
	group.Wait()
	for _, p := range parts {
		if p.problem != nil {
			result.Problem = p.problem
			return result
		}
		result.Runs = append(result.Runs, p.Run)
		result.FalsePasses = append(result.FalsePasses, p.passes...)
		result.FalseFailures = append(result.FalseFailures, p.failures...)
		if p.Disturbed == 0 {
			result.Problem = &notDisturbed{p.Subject, p.Seed}
		}
	}
	return result
}

// part is what one run adds to the result of its row.
type part struct {
	Run
	passes, failures []Misjudged
	problem          error
}

// notDisturbed is the problem of a row that shows nothing.
type notDisturbed struct {
	subject surroundings.Subject
	seed    int
}

// Error implements error.
func (n *notDisturbed) Error() string {
	return fmt.Sprintf("the surroundings never did what they do to the subject %q (seed %d): the run shows nothing",
		n.subject, n.seed)
}

// run plays a row once against a subject, or as often as it wants to be repeated.
func (e *environs) run(row surroundings.Row, alone *aside, subject surroundings.Subject, seed int) (p part) {
	defer e.slot(row)()
	before := alone.verdicts[subject]
	plan := forRow(alone.plan, row, before)
	passed := map[string]int{}
	var last reports.Run
	p.Subject, p.Seed = subject, seed
	rounds := max(1, row.Repeat)
	for round := range rounds {
		var run reports.Run
		if run, p.problem = e.round(&p, row, plan, seed+1000*round); p.problem != nil {
			return p
		}
		if round == 0 || run.Conformance() == reports.NotConformant && last.Conformance() != reports.NotConformant {
			last = run // a run that finds the party out counts more
		}
		for _, c := range run.Cases {
			if c.Verdict == reports.Passed {
				passed[c.ID]++
			}
		}
	}
	p.Conformance, p.Problems, p.Summary = last.Conformance(), len(last.SetUp), last.Summary()
	p.Wrong = wrong(row.Allowed(subject), p.Run)
	switch subject {
	case surroundings.Lax:
		p.passes = falsePasses(seed, before, last.Cases, func(id string) bool { return passed[id] == rounds })
	case surroundings.Honest:
		p.failures = falseFailures(seed, before, last.Cases, row.Earned)
	}
	return p
}

// slot waits until the run may begin, and returns how to let the next one: rows
// that work take turns, those that wait do so side by side.
func (e *environs) slot(row surroundings.Row) (free func()) {
	slots := e.working
	if row.Parallel > 1 {
		slots = e.waiting
	}
	slots <- struct{}{}
	return func() { <-slots }
}

// round is one run of a row against a subject.
func (e *environs) round(p *part, row surroundings.Row, plan *runner.Plan, seed int) (reports.Run, error) {
	scene, err := row.Disturbed(p.Subject, seed)
	if err != nil {
		return reports.Run{}, err
	}
	defer scene.Close()
	run, err := runner.Run(e.ctx, plan, scene.Target, runner.Options{Parallel: max(1, row.Parallel)})
	p.Disturbed += scene.Disturbed()
	p.Requests += scene.Requests()
	p.Exit = run.ExitCode()
	if err != nil { // the target could not be opened
		p.Exit = reports.ExitCouldNotTest
	}
	return run, e.ctx.Err()
}

// forRow is those cases of a plan that a row plays against a subject.
func forRow(p *runner.Plan, row surroundings.Row, before map[string]reports.Verdict) *runner.Plan {
	if row.Few {
		n := 0
		p = p.Only(func(*runner.Case) bool { n++; return n%4 == 1 })
	}
	if row.Repeat > 0 { // the others tell the same each time
		p = p.Only(func(c *runner.Case) bool { return bad(before[c.ID]) })
	}
	return p
}

// falsePasses are the cases that pass each time in the surroundings, though they
// find the lax subject out without them.
func falsePasses(
	seed int, before map[string]reports.Verdict, cases []reports.Case, passed func(id string) bool,
) (list []Misjudged) {
	for _, c := range cases {
		if bad(before[c.ID]) && passed(c.ID) {
			list = append(list, Misjudged{c.ID, seed, c.Actual})
		}
	}
	return list
}

// falseFailures are the cases that blame an honest subject in the surroundings,
// and not without them, unless the surroundings have earned it.
func falseFailures(
	seed int, before map[string]reports.Verdict, cases []reports.Case, earned func(reports.Case) bool,
) (list []Misjudged) {
	for _, c := range cases {
		if bad(c.Verdict) && before[c.ID] == reports.Passed && (earned == nil || !earned(c)) {
			reason := c.Reason + "; expected " + c.Expected + "; got " + c.Actual
			list = append(list, Misjudged{c.ID, seed, reason})
		}
	}
	return list
}

// bad reports whether a verdict blames the party.
func bad(v reports.Verdict) bool { return v == reports.Failed || v == reports.Warned }

// wrong compares a run with what may come of it.
func wrong(allowed surroundings.Outcome, r Run) (list []string) {
	if !slices.Contains(allowed.Conformance, r.Conformance) {
		list = append(list, fmt.Sprintf("the run ends %q", r.Conformance))
	}
	settled := r.Conformance == reports.Conformant || r.Conformance == reports.NotConformant
	if allowed.Unfinished && !settled && r.Exit != reports.ExitCouldNotTest {
		list = append(list, fmt.Sprintf("%s, with exit code %d", r.Conformance, r.Exit))
	}
	if r.Conformance != reports.Conformant && !allowed.Allows(r.Problems) {
		list = append(list, fmt.Sprintf("%d problems of the set-up are told", r.Problems))
	}
	if allowed.Requests > 0 && r.Requests > allowed.Requests {
		list = append(list, fmt.Sprintf("%d requests or starts, more than %d", r.Requests, allowed.Requests))
	}
	return list
}
