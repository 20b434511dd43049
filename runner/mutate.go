package runner

import (
	"context"
	"slices"
	"sync"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/mutants"
	"github.com/dpopspec/dpopspec/reports"
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

// Concerning returns the plan of those cases alone that look for what some of
// the mutants do. Mutants of another profile get their own from Mutate.
func (p *Plan) Concerning(list []mutants.Mutant) *Plan { return p.concerning(list, "") }

func (p *Plan) concerning(list []mutants.Mutant, profile string) *Plan {
	narrowed := *p
	narrowed.Cases = slices.DeleteFunc(slices.Clone(p.Cases), func(c *Case) bool {
		return !slices.ContainsFunc(list, func(m mutants.Mutant) bool { return m.Profile == profile && concerns(c, m) })
	})
	return &narrowed
}

// Mutate runs every case of the plan against the honest parties, and against
// each mutant the cases of the requirements that it breaks, where it lives. A
// case kills a mutant if the honest party passes it and the mutant breaks it.
func Mutate(ctx context.Context, p *Plan, list []mutants.Mutant, done func(Killed)) (*Mutation, error) {
	return mutate(ctx, p, list, done, false)
}

// mutate is Mutate, or plays against each mutant only until a case has killed it.
func mutate(
	ctx context.Context, p *Plan, list []mutants.Mutant, done func(Killed), once bool,
) (*Mutation, error) {
	session, err := target.Open(ctx, target.Default())
	if err != nil {
		return nil, err
	}
	defer session.Close()
	m := &Mutation{Honest: Execute(ctx, p, session, Options{})}
	grounds, err := p.grounds(ctx, session, m, list)
	if err != nil {
		return nil, err
	}
	m.Killed = make([]Killed, len(list))
	var group sync.WaitGroup
	var reporting sync.Mutex
	slots := make(chan struct{}, 4)
	for i, mutant := range list {
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			k := grounds[mutant.Profile].try(ctx, mutant, once)
			m.Killed[i] = k
			if done != nil {
				reporting.Lock()
				defer reporting.Unlock()
				done(k)
			}
		})
	}
	group.Wait()
	return m, ctx.Err()
}

// ground is where mutants are tried: the cases under one profile, and which of
// them the honest parties pass.
type ground struct {
	*Plan
	honest map[string]bool
}

// grounds prepares those that the mutants need, by the profile that they name.
// Under another profile than the plan's only the cases that concern its mutants
// are run against the honest parties.
func (p *Plan) grounds(
	ctx context.Context, s *target.Session, m *Mutation, list []mutants.Mutant,
) (map[string]*ground, error) {
	grounds := map[string]*ground{"": {p, passed(m.Honest)}}
	for _, mutant := range list {
		if grounds[mutant.Profile] != nil {
			continue
		}
		other, err := p.under(mutant.Profile)
		if err != nil {
			return nil, err
		}
		other = other.concerning(list, mutant.Profile)
		results := Execute(ctx, other, s, Options{})
		m.Honest = append(m.Honest, results...)
		grounds[mutant.Profile] = &ground{other, passed(results)}
	}
	return grounds, nil
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
		result := RunCase(ctx, c, session, g.Profile, Options{})
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
func concerns(c *Case, m mutants.Mutant) bool {
	if c.Subject != m.Subject() || m.Endpoint != "" && c.Endpoint != "" && c.Endpoint != m.Endpoint {
		return false
	}
	return slices.ContainsFunc(m.Breaks, c.Has)
}

// MutationDocument is the machine-readable form of a Mutation.
type MutationDocument struct {
	Mutants []MutantResult `json:"mutants"`
	Honest  struct {
		Failed int `json:"failed"`
	} `json:"honest"`
}

// MutantResult is one mutant of a MutationDocument.
type MutantResult struct {
	ID       string   `json:"id"`   // several ways to have a bug share it
	Name     string   `json:"name"` // no other mutant has it
	Party    string   `json:"party"`
	Endpoint string   `json:"endpoint"`
	Killed   bool     `json:"killed"`
	By       []string `json:"by"`
	Level    string   `json:"level,omitempty"` // the first level with a case that kills it
}

// Document returns the machine-readable form, with the levels of a ranking.
func (m *Mutation) Document(r *features.Ranking) MutationDocument {
	d := MutationDocument{Mutants: []MutantResult{}}
	d.Honest.Failed = len(m.HonestFailures())
	for _, k := range m.Killed {
		by := append([]string{}, k.By...)
		d.Mutants = append(d.Mutants, MutantResult{
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
