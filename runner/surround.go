package runner

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/surroundings"
	"github.com/dpopspec/dpopspec/target"
)

// Surrounded is what became of a row: what is wrong of that shows a fault of the
// harness, never of a party.
type Surrounded struct {
	Row           surroundings.Row
	FalsePasses   []Misjudged // passed, though the lax subject breaks it
	FalseFailures []Misjudged // failed or warned, though the honest subject keeps to it
	Runs          []SurroundedRun
	Problem       error // the row could not be played as it is meant
}

// Misjudged is a case whose verdict came from the surroundings.
type Misjudged struct {
	Case   string `json:"case"`
	Seed   int    `json:"seed"`
	Reason string `json:"reason"`
}

// SurroundedRun is one run in the surroundings.
type SurroundedRun struct {
	Subject     surroundings.Subject `json:"subject"`
	Seed        int                  `json:"seed"`
	Conformance reports.Conformance  `json:"conformance"`
	Exit        int                  `json:"exit"`
	Problems    int                  `json:"problems"`  // of the set-up that were told
	Requests    int                  `json:"requests"`  // that came to the parties
	Disturbed   int                  `json:"disturbed"` // how often the surroundings did what they do
	Summary     reports.Summary      `json:"summary"`
	Wrong       []string             `json:"wrong"` // what is not as the row wants it
}

// Holds reports whether everything is as it must be.
func (s Surrounded) Holds() bool {
	return s.Problem == nil && len(s.FalsePasses)+len(s.FalseFailures) == 0 && len(s.Wrong()) == 0
}

// Wrong is what is not as the row wants it, each once.
func (s Surrounded) Wrong() (list []string) {
	for _, run := range s.Runs {
		for _, what := range run.Wrong {
			if what = fmt.Sprintf("%s: %s", run.Subject, what); !slices.Contains(list, what) {
				list = append(list, what)
			}
		}
	}
	return list
}

// Surround plays rows with so many seeds each. A few cases that tell much are run
// against each subject alone and in the surroundings, and the verdicts compared.
func Surround(ctx context.Context, rows []surroundings.Row, seeds int, done func(Surrounded)) ([]Surrounded, error) {
	sources, err := ReadFS(features.FS)
	if err != nil {
		return nil, err
	}
	e := &environs{ctx: ctx, sources: sources, seeds: seeds, alone: map[any]func() (*aside, error){}}
	results := make([]Surrounded, len(rows))
	var group sync.WaitGroup
	var reporting sync.Mutex
	slots := make(chan struct{}, 2*runtime.GOMAXPROCS(0)) // many wait rather than work
	for i, row := range rows {
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			results[i] = e.play(row)
			if done != nil {
				reporting.Lock()
				defer reporting.Unlock()
				done(results[i])
			}
		})
	}
	group.Wait()
	return results, ctx.Err()
}

// environs is what the rows have in common.
type environs struct {
	ctx     context.Context
	sources []Source
	seeds   int
	mu      sync.Mutex
	alone   map[any]func() (*aside, error)
}

// aside is what came of the subjects without the surroundings.
type aside struct {
	plan     *Plan
	verdicts map[surroundings.Subject]map[string]reports.Verdict
}

// without runs the subjects of a row alone, once for all rows that have the same.
func (e *environs) without(row surroundings.Row) (*aside, error) {
	e.mu.Lock()
	run, known := e.alone[row.Likes()]
	if !known {
		run = sync.OnceValues(func() (*aside, error) { return e.runAlone(row) })
		e.alone[row.Likes()] = run
	}
	e.mu.Unlock()
	return run()
}

func (e *environs) runAlone(row surroundings.Row) (*aside, error) {
	a := &aside{verdicts: map[surroundings.Subject]map[string]reports.Verdict{}}
	for _, subject := range []surroundings.Subject{surroundings.Honest, surroundings.Lax} {
		scene, err := row.Undisturbed(subject)
		if err != nil {
			return nil, err
		}
		if a.plan == nil {
			if a.plan, err = e.plan(scene.Target); err != nil {
				scene.Close()
				return nil, err
			}
		}
		run, err := Run(e.ctx, a.plan, scene.Target, Options{Parallel: 1})
		scene.Close()
		if err != nil {
			return nil, err
		}
		a.verdicts[subject] = map[string]reports.Verdict{}
		for _, c := range run.Cases {
			a.verdicts[subject][c.ID] = c.Verdict
		}
	}
	return a, nil
}

// plan is the whole of what is played: a few cases of each feature at each
// endpoint, always the same.
func (e *environs) plan(t *target.Target) (*Plan, error) {
	sources := slices.DeleteFunc(slices.Clone(e.sources), func(s Source) bool { return telling[s.Path] == 0 })
	if !t.Embedded(target.ClientRole) {
		sources = slices.DeleteFunc(slices.Clone(e.sources), func(s Source) bool { return ofClients[s.Path] == 0 })
	}
	plan, err := NewPlan(sources, t, Selection{})
	if err != nil {
		return nil, err
	}
	return plan.sampled(), nil
}
