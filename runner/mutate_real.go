package runner

import (
	"context"
	"fmt"
	"sync"

	"github.com/dpopspec/dpopspec/mutants"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/target"
)

// MutateReal is Mutate for servers that the harness knows by their configuration
// alone, as it knows anybody's: they run on loopback, and nothing in them is arranged
// for a case. What is found there is found at real servers too. Each mutant is tried
// in the settings, one after the other, until one finds it. A mutant of a client is no
// server: there is nothing to try.
func MutateReal(
	ctx context.Context, sources []Source, level string, list []mutants.Mutant, done func(Killed),
) (*Mutation, error) {
	r := &reality{ctx: ctx, sources: sources, level: level, list: list, grounds: map[scenery]func() (*ground, error){}}
	m := &Mutation{Killed: make([]Killed, len(list))}
	at := make([]int, len(list))
	for i := range at {
		at[i] = i
	}
	var failed error
	var reporting sync.Mutex
	inParallel(ctx, 4, at, func(i int) {
		k, err := r.try(list[i])
		reporting.Lock()
		defer reporting.Unlock()
		if err != nil {
			failed = err
			return
		}
		m.Killed[i] = k
		if done != nil {
			done(k)
		}
	})
	m.Honest = r.honest
	if failed == nil {
		failed = ctx.Err()
	}
	return m, failed
}

// reality is what the mutants of one MutateReal have in common.
type reality struct {
	ctx     context.Context
	sources []Source
	level   string
	list    []mutants.Mutant

	mu      sync.Mutex
	grounds map[scenery]func() (*ground, error)
	honest  []reports.Case
}

// scenery is where mutants are tried: a setting, under a profile.
type scenery struct{ setting, profile string }

func (r *reality) try(mutant mutants.Mutant) (Killed, error) {
	k := Killed{Mutant: mutant}
	for _, s := range settings {
		if s.api && mutant.Subject() != target.ResourceServer {
			continue
		}
		tried, by, err := r.tryIn(s, mutant)
		if err != nil {
			return k, fmt.Errorf("%s, %s: %w", mutant.Name(), s.name, err)
		}
		k.Tried = append(k.Tried, tried...)
		if k.By = by; len(by) > 0 {
			return k, nil
		}
	}
	return k, nil
}

// tryIn plays all that concerns a mutant in one run, as its owner would.
func (r *reality) tryIn(s setting, mutant mutants.Mutant) (tried []reports.Case, by []string, err error) {
	g, err := r.ground(s, mutant.Profile)
	if err != nil {
		return nil, nil, err
	}
	plan := g.only(func(c *Case) bool { return concerns(c, mutant) })
	if len(plan.Cases) == 0 {
		return nil, nil, nil
	}
	stand, err := s.stand(r.ctx, mutant.Profile, mutant.Parts)
	if err != nil {
		return nil, nil, err
	}
	defer stand.close()
	stand.target.Limits.Level = r.level
	run, err := Run(r.ctx, plan, stand.target, Options{Parallel: 1})
	for _, c := range run.Cases {
		if c.Verdict.Breaks() {
			by = append(by, c.ID)
		}
	}
	return run.Cases, by, err
}

// ground is the plan of those cases that honest servers pass in a setting, made once.
func (r *reality) ground(s setting, profile string) (*ground, error) {
	r.mu.Lock()
	made, known := r.grounds[scenery{s.name, profile}]
	if !known {
		made = sync.OnceValues(func() (*ground, error) { return r.makeGround(s, profile) })
		r.grounds[scenery{s.name, profile}] = made
	}
	r.mu.Unlock()
	return made()
}

func (r *reality) makeGround(s setting, profile string) (*ground, error) {
	stand, err := s.stand(r.ctx, profile, target.Parts{})
	if err != nil {
		return nil, err
	}
	defer stand.close()
	stand.target.Limits.Level = r.level
	plan, err := NewPlan(r.sources, stand.target, Selection{Aggressive: true})
	if err != nil {
		return nil, err
	}
	plan = plan.concerning(r.list, profile)
	run, err := Run(r.ctx, plan, stand.target, Options{Parallel: 2})
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.honest = append(r.honest, run.Cases...)
	passes := passed(run.Cases)
	return &ground{plan.only(func(c *Case) bool { return passes[c.ID] }), passes}, nil
}
