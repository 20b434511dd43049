// Package mutation plays mutants: parties with one bug each, every one of which some
// case must find.
package mutation

import (
	"context"
	"slices"
	"sync"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/parallel"
	"github.com/dpopspec/dpopspec/mutants"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/runner"
	"github.com/dpopspec/dpopspec/target"
)

// Killed is what became of a mutant.
type Killed struct {
	Mutant mutants.Mutant
	By     []string       // cases that found the bug
	Tried  []reports.Case // results of all cases that could have
}

// Mutation is the result of running mutants: every one should be killed, and
// the honest parties should have no failure.
type Mutation struct {
	Killed []Killed
	Honest []reports.Case // the same cases against the honest parties
}

// Survivors returns the mutants that no case killed.
func (m *Mutation) Survivors() []Killed {
	return slices.DeleteFunc(slices.Clone(m.Killed), func(k Killed) bool { return len(k.By) > 0 })
}

// HonestFailures returns the cases that the honest parties did not pass.
func (m *Mutation) HonestFailures() []reports.Case {
	return slices.DeleteFunc(slices.Clone(m.Honest), func(c reports.Case) bool {
		return c.Verdict == reports.Passed || c.Verdict == reports.Skipped
	})
}

// Finds says which mutants each case finds.
func (m *Mutation) Finds() runner.Finds {
	found := runner.Finds{}
	for _, k := range m.Killed {
		for _, id := range k.By {
			found[id] = append(found[id], k.Mutant.Name())
		}
	}
	return found
}

// Concerning is the plan of those cases alone that look for what some of the mutants
// do. Mutants of another profile get their own from Mutate.
func Concerning(p *runner.Plan, list []mutants.Mutant) *runner.Plan { return concerning(p, list, "") }

func concerning(p *runner.Plan, list []mutants.Mutant, profile string) *runner.Plan {
	return p.Only(func(c *runner.Case) bool {
		return slices.ContainsFunc(list, func(m mutants.Mutant) bool { return m.Profile == profile && concerns(c, m) })
	})
}

// Mutate runs every case of the plan against the honest parties, and against
// each mutant the cases of the requirements that it breaks, where it lives. A
// case kills a mutant if the honest party passes it and the mutant breaks it.
func Mutate(ctx context.Context, p *runner.Plan, list []mutants.Mutant, done func(Killed)) (*Mutation, error) {
	return mutate(ctx, p, list, done, false)
}

// mutate is Mutate, or plays against each mutant only until a case has killed it.
func mutate(
	ctx context.Context, p *runner.Plan, list []mutants.Mutant, done func(Killed), once bool,
) (*Mutation, error) {
	session, err := target.Open(ctx, target.Default())
	if err != nil {
		return nil, err
	}
	defer session.Close()
	m := &Mutation{Honest: runner.Execute(ctx, p, session, runner.Options{})}
	honest, err := grounds(ctx, p, session, m, list)
	if err != nil {
		return nil, err
	}
	m.Killed = make([]Killed, len(list))
	places := make([]int, 0, len(list))
	for i := range list {
		places = append(places, i)
	}
	var reporting sync.Mutex
	parallel.Each(ctx, 4, places, func(i int) {
		k := honest[list[i].Profile].try(ctx, list[i], once)
		m.Killed[i] = k
		if done != nil {
			reporting.Lock()
			defer reporting.Unlock()
			done(k)
		}
	})
	return m, ctx.Err()
}

// ground is where mutants are tried: the cases under one profile, and which of
// them the honest parties pass.
type ground struct {
	*runner.Plan
	honest map[string]bool
}

// grounds prepares those that the mutants need, by the profile that they name.
// Under another profile than the plan's only the cases that concern its mutants
// are run against the honest parties.
func grounds(
	ctx context.Context, p *runner.Plan, s *target.Session, m *Mutation, list []mutants.Mutant,
) (map[string]*ground, error) {
	known := map[string]*ground{"": {p, passed(m.Honest)}}
	for _, mutant := range list {
		if known[mutant.Profile] != nil {
			continue
		}
		other, err := p.Under(mutant.Profile)
		if err != nil {
			return nil, err
		}
		other = concerning(other, list, mutant.Profile)
		results := runner.Execute(ctx, other, s, runner.Options{})
		m.Honest = append(m.Honest, results...)
		known[mutant.Profile] = &ground{other, passed(results)}
	}
	return known, nil
}

func passed(results []reports.Case) map[string]bool {
	ids := map[string]bool{}
	for _, c := range results {
		ids[c.ID] = c.Verdict == reports.Passed
	}
	return ids
}

func (g *ground) try(ctx context.Context, mutant mutants.Mutant, once bool) Killed {
	k := Killed{Mutant: mutant}
	t := target.Default()
	t.Parts = mutant.Parts
	session, err := target.Open(ctx, t)
	if err != nil {
		return k
	}
	defer session.Close()
	for _, c := range g.Cases {
		if !concerns(c, mutant) {
			continue
		}
		result := runner.RunCase(ctx, c, session, g.Profile, runner.Options{})
		k.Tried = append(k.Tried, result)
		if g.honest[c.ID] && result.Verdict.Breaks() {
			k.By = append(k.By, c.ID)
			if once {
				break
			}
		}
	}
	return k
}

// concerns reports whether a case looks for what the mutant does, where it
// lives.
func concerns(c *runner.Case, m mutants.Mutant) bool {
	if c.Subject != m.Subject() || m.Endpoint != "" && c.Endpoint != "" && c.Endpoint != m.Endpoint {
		return false
	}
	return slices.ContainsFunc(m.Breaks, c.Has)
}

// Document is the machine-readable form of a Mutation.
type Document struct {
	Mutants []Result `json:"mutants"`
	Honest  struct {
		Failed int `json:"failed"`
	} `json:"honest"`
}

// Result is one mutant of a Document.
type Result struct {
	ID       string   `json:"id"`   // several ways to have a bug share it
	Name     string   `json:"name"` // no other mutant has it
	Party    string   `json:"party"`
	Endpoint string   `json:"endpoint"`
	Killed   bool     `json:"killed"`
	By       []string `json:"by"`
	Level    string   `json:"level,omitempty"` // the first level with a case that kills it
}

// Document returns the machine-readable form, with the levels of a ranking.
func (m *Mutation) Document(r *features.Ranking) Document {
	d := Document{Mutants: []Result{}}
	d.Honest.Failed = len(m.HonestFailures())
	for _, k := range m.Killed {
		by := append([]string{}, k.By...)
		d.Mutants = append(d.Mutants, Result{
			ID: k.Mutant.ID, Name: k.Mutant.Name(), Party: string(k.Mutant.Subject()), Endpoint: k.Mutant.Endpoint,
			Killed: len(by) > 0, By: by, Level: firstLevel(r, by),
		})
	}
	return d
}

// firstLevel is the first one that holds one of the cases; empty if there are none.
func firstLevel(r *features.Ranking, ids []string) string {
	for _, level := range features.Levels {
		if slices.ContainsFunc(ids, func(id string) bool { return r.Holds(level, id) }) {
			return level
		}
	}
	return ""
}
