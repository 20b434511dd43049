package runner

import (
	"errors"
	"fmt"
	"slices"

	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/surroundings"
)

// errNotDisturbed is the problem of a row that disturbs nothing.
var errNotDisturbed = errors.New("the surroundings never did what they do: the row shows nothing")

func (e *environs) play(row surroundings.Row) Surrounded {
	result := Surrounded{Row: row}
	var alone *aside
	if alone, result.Problem = e.without(row); result.Problem != nil {
		return result
	}
	seeds := e.seeds
	if row.Once {
		seeds = 1
	}
	for seed := 1; seed <= seeds; seed++ {
		for _, subject := range []surroundings.Subject{surroundings.Honest, surroundings.Lax} {
			if !row.Plays(subject) {
				continue
			}
			if result.Problem = e.run(&result, alone, subject, seed); result.Problem != nil {
				return result
			}
		}
	}
	if !slices.ContainsFunc(result.Runs, func(r SurroundedRun) bool { return r.Disturbed > 0 }) {
		result.Problem = errNotDisturbed
	}
	return result
}

// run plays a row once against a subject, or as often as it wants to be repeated.
func (e *environs) run(result *Surrounded, alone *aside, subject surroundings.Subject, seed int) error {
	row := result.Row
	plan := alone.plan
	before := alone.verdicts[subject]
	if row.Few {
		n := 0
		plan = plan.only(func(*Case) bool { n++; return n%4 == 1 })
	}
	if row.Repeat > 0 { // the others tell the same each time
		plan = plan.only(func(c *Case) bool { return bad(before[c.ID]) })
	}
	passed := map[string]int{}
	var last reports.Run
	played := SurroundedRun{Subject: subject, Seed: seed}
	rounds := max(1, row.Repeat)
	for round := range rounds {
		scene, err := row.Disturbed(subject, seed+1000*round)
		if err != nil {
			return err
		}
		run, err := Run(e.ctx, plan, scene.Target, Options{Parallel: max(1, row.Parallel)})
		played.Disturbed += scene.Disturbed()
		played.Requests += scene.Requests()
		scene.Close()
		if e.ctx.Err() != nil {
			return e.ctx.Err()
		}
		if round == 0 || worse(run.Conformance(), last.Conformance()) {
			last = run
			played.Exit = run.ExitCode()
			if err != nil {
				played.Exit = reports.ExitCouldNotTest
			}
		}
		for _, c := range run.Cases {
			if c.Verdict == reports.Passed {
				passed[c.ID]++
			}
		}
	}
	played.Conformance, played.Problems, played.Summary = last.Conformance(), len(last.SetUp), last.Summary()
	played.Wrong = wrong(row.Allowed(subject), played)
	result.Runs = append(result.Runs, played)
	for _, c := range last.Cases {
		switch {
		case subject == surroundings.Lax && passed[c.ID] == rounds && bad(before[c.ID]):
			result.FalsePasses = append(result.FalsePasses, Misjudged{c.ID, seed, c.Actual})
		case subject == surroundings.Honest && bad(c.Verdict) && before[c.ID] == reports.Passed &&
			(row.Earned == nil || !row.Earned(c)):
			reason := c.Reason + "; expected " + c.Expected + "; got " + c.Actual
			result.FalseFailures = append(result.FalseFailures, Misjudged{c.ID, seed, reason})
		}
	}
	return nil
}

// bad reports whether a verdict blames the party.
func bad(v reports.Verdict) bool { return v == reports.Failed || v == reports.Warned }

// worse reports whether one outcome of a repeated run counts more than another.
func worse(a, b reports.Conformance) bool {
	return a == reports.NotConformant && b != reports.NotConformant
}

// wrong compares a run with what may come of it.
func wrong(allowed surroundings.Outcome, r SurroundedRun) (list []string) {
	if !slices.Contains(allowed.Conformance, r.Conformance) {
		list = append(list, fmt.Sprintf("the run ends %q", r.Conformance))
	}
	if r.Conformance == reports.CouldNotTest && r.Exit != reports.ExitCouldNotTest {
		list = append(list, fmt.Sprintf("exit code %d of a run that could not test", r.Exit))
	}
	if r.Problems != allowed.Problems {
		list = append(list, fmt.Sprintf("%d problems of the set-up are told; to be %d", r.Problems, allowed.Problems))
	}
	if allowed.Requests > 0 && r.Requests > allowed.Requests {
		list = append(list, fmt.Sprintf("more than %d requests", allowed.Requests))
	}
	return list
}
