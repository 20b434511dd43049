package runner

import (
	"context"
	"sync"

	"github.com/dpopspec/dpopspec/internal/clock"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mutants"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// MutateReal is Mutate for servers that the harness knows by their configuration
// alone, as it knows anybody's: they run on loopback, and nothing in them is arranged
// for a case. What is found there is found at real servers too. A mutant of a client
// is no server: there is nothing to try.
func MutateReal(
	ctx context.Context, sources []Source, level string, list []mutants.Mutant, done func(Killed),
) (*Mutation, error) {
	m := &Mutation{Killed: make([]Killed, len(list))}
	grounds := map[string]*ground{}
	for _, mutant := range list {
		if grounds[mutant.Profile] != nil {
			continue
		}
		g, err := realGround(ctx, sources, level, list, mutant.Profile)
		if err != nil {
			return nil, err
		}
		grounds[mutant.Profile] = &ground{g.plan, passed(g.honest)}
		m.Honest = append(m.Honest, g.honest...)
	}
	var failed error
	var reporting sync.Mutex
	at := make([]int, len(list))
	for i := range at {
		at[i] = i
	}
	inParallel(ctx, 4, at, func(i int) {
		k, err := grounds[list[i].Profile].tryReal(ctx, level, list[i])
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
	if failed == nil {
		failed = ctx.Err()
	}
	return m, failed
}

// realPlan is a plan for real servers, and what honest ones make of it.
type realPlan struct {
	plan   *Plan
	honest []reports.Case
}

func realGround(
	ctx context.Context, sources []Source, level string, list []mutants.Mutant, profile string,
) (realPlan, error) {
	s, err := standing(ctx, profile, level, target.Parts{})
	if err != nil {
		return realPlan{}, err
	}
	defer s.close()
	plan, err := NewPlan(sources, s.target, Selection{})
	if err != nil {
		return realPlan{}, err
	}
	plan = plan.concerning(list, profile)
	run, err := Run(ctx, plan, s.target, Options{Parallel: 2})
	return realPlan{plan, run.Cases}, err
}

// tryReal plays all that concerns a mutant in one run, as its owner would.
func (g *ground) tryReal(ctx context.Context, level string, mutant mutants.Mutant) (Killed, error) {
	k := Killed{Mutant: mutant}
	s, err := standing(ctx, mutant.Profile, level, mutant.Parts)
	if err != nil {
		return k, err
	}
	defer s.close()
	run, err := Run(ctx, g.only(func(c *Case) bool { return concerns(c, mutant) }), s.target, Options{Parallel: 1})
	if err != nil {
		return k, err
	}
	k.Tried = run.Cases
	for _, c := range run.Cases {
		if g.honest[c.ID] && c.Verdict.Breaks() {
			k.By = append(k.By, c.ID)
		}
	}
	return k, nil
}

// servers are ones that stand for real ones, and the configuration that names them.
type servers struct {
	target *target.Target
	ends   []func()
}

func (s *servers) close() {
	for i := len(s.ends) - 1; i >= 0; i-- {
		s.ends[i]()
	}
}

// standing starts an authorization server and two APIs on loopback.
func standing(ctx context.Context, profile, level string, parts target.Parts) (*servers, error) {
	s := &servers{target: target.Default()}
	s.target.Profile, s.target.Limits.Level = profile, level
	ours := target.Default()
	ours.Parts = parts
	if err := s.start(ctx, ours); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *servers) start(ctx context.Context, ours *target.Target) error {
	session, err := target.Open(ctx, ours)
	if err != nil {
		return err
	}
	s.ends = append(s.ends, session.Close)
	follow, err := world.Following(s.target.Profile)
	if err != nil {
		return err
	}
	now := clock.Running()
	as, err := session.StartAuthorizationServer(now, wire.Options{}, world.StandardAS, follow)
	if err != nil {
		return err
	}
	s.ends = append(s.ends, func() { as.HTTP.Close() })
	s.target.AuthorizationServer = &target.RealAuthorizationServer{
		Issuer: as.Issuer(), Clients: world.StandardClients(),
	}
	for _, name := range []string{"orders", "invoices"} {
		api, err := session.StartAPI(now, wire.Options{}, world.StandardAPI(name, as))
		if err != nil {
			return err
		}
		s.ends = append(s.ends, func() { api.HTTP.Close() })
		s.target.APIs = append(s.target.APIs, target.RealAPI{
			Name: name, URL: api.Origin, Audience: api.Audience, Scope: api.Scope, Method: "GET", Path: "/" + name,
		})
	}
	return nil
}
