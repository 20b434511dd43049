package mutation

import (
	"context"
	"fmt"
	"sync"

	"github.com/dpopspec/dpopspec/internal/parallel"
	"github.com/dpopspec/dpopspec/internal/standing"
	"github.com/dpopspec/dpopspec/mutants"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/runner"
	"github.com/dpopspec/dpopspec/target"
)

// Real is Mutate for servers that the harness knows by their configuration
// alone, as it knows anybody's: they run on loopback, and nothing in them is arranged
// for a case. What is found there is found at real servers too. The mutants are tried
// in one setting after the other until one finds them. A mutant of a client is no
// server: there is nothing to try.
func Real(
	ctx context.Context, sources []runner.Source, level string, list []mutants.Mutant, done func(Killed),
) (*Mutation, error) {
	return real(ctx, sources, level, list, standing.Settings, done)
}

func real(
	ctx context.Context, sources []runner.Source, level string, list []mutants.Mutant, among []standing.Setting,
	done func(Killed),
) (*Mutation, error) {
	r := &reality{ctx: ctx, sources: sources, level: level, m: &Mutation{Killed: make([]Killed, len(list))}}
	var alive []int
	for i, mutant := range list {
		r.m.Killed[i].Mutant = mutant
		alive = append(alive, i)
	}
	for _, s := range among {
		if err := r.in(s, alive); err != nil {
			return nil, fmt.Errorf("servers with %s: %w", s.Name, err)
		}
		var left []int
		for _, i := range alive {
			if k := r.m.Killed[i]; len(k.By) == 0 {
				left = append(left, i)
			} else if done != nil {
				done(k)
			}
		}
		alive = left
	}
	for _, i := range alive {
		if done != nil {
			done(r.m.Killed[i])
		}
	}
	return r.m, nil
}

// reality is one Real.
type reality struct {
	ctx     context.Context
	sources []runner.Source
	level   string
	m       *Mutation
}

// in tries mutants in a setting.
func (r *reality) in(s standing.Setting, alive []int) error {
	grounds := map[string]*runner.Plan{}
	var list []mutants.Mutant
	var tried []int
	for _, i := range alive {
		if m := r.m.Killed[i].Mutant; !s.API || m.Subject() == target.ResourceServer {
			list, tried = append(list, m), append(tried, i)
		}
	}
	for _, m := range list {
		if grounds[m.Profile] == nil {
			plan, err := r.ground(s, m.Profile, list)
			if err != nil {
				return err
			}
			grounds[m.Profile] = plan
		}
	}
	var failed error
	var once sync.Once
	parallel.Each(r.ctx, 4, tried, func(i int) {
		k := &r.m.Killed[i]
		if err := r.try(s, grounds[k.Mutant.Profile], k); err != nil {
			once.Do(func() { failed = fmt.Errorf("%s: %w", k.Mutant.Name(), err) })
		}
	})
	if failed == nil {
		failed = r.ctx.Err()
	}
	return failed
}

// ground is the plan of those cases that concern the mutants and hold against honest
// servers, or do not apply to them.
func (r *reality) ground(s standing.Setting, profile string, list []mutants.Mutant) (*runner.Plan, error) {
	stand, err := s.Stand(r.ctx, profile, target.Parts{})
	if err != nil {
		return nil, err
	}
	defer stand.Close()
	stand.Target.Limits.Level = r.level
	plan, err := runner.NewPlan(r.sources, stand.Target, runner.Selection{Aggressive: true})
	if err != nil {
		return nil, err
	}
	plan = concerning(plan, list, profile)
	run, err := runner.Run(r.ctx, plan, stand.Target, runner.Options{Parallel: 2})
	if err != nil {
		return nil, err
	}
	r.m.Honest = append(r.m.Honest, run.Cases...)
	holds := map[string]bool{}
	for _, c := range run.Cases {
		holds[c.ID] = c.Verdict == reports.Passed || c.Verdict == reports.Skipped
	}
	return plan.Only(func(c *runner.Case) bool { return holds[c.ID] }), nil
}

// try plays all that concerns a mutant in one run, as its owner would.
func (r *reality) try(s standing.Setting, ground *runner.Plan, k *Killed) error {
	plan := ground.Only(func(c *runner.Case) bool { return concerns(c, k.Mutant) })
	if len(plan.Cases) == 0 {
		return nil
	}
	stand, err := s.Stand(r.ctx, k.Mutant.Profile, k.Mutant.Parts)
	if err != nil {
		return err
	}
	defer stand.Close()
	stand.Target.Limits.Level = r.level
	ctx, found := context.WithCancel(r.ctx) // one case is enough
	defer found()
	told := map[string]reports.Case{} // what the end of the run may leave out
	run, err := runner.Run(ctx, plan, stand.Target, runner.Options{Parallel: 1, Done: func(c reports.Case) {
		if c.Verdict.Breaks() {
			told[c.ID] = c
			found()
		}
	}})
	for _, c := range run.Cases {
		delete(told, c.ID)
		k.try(c)
	}
	for _, c := range told {
		k.try(c)
	}
	return err
}

// try notes what a case said of the mutant.
func (k *Killed) try(c reports.Case) {
	k.Tried = append(k.Tried, c)
	if c.Verdict.Breaks() {
		k.By = append(k.By, c.ID)
	}
}
