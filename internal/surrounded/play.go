// Package surrounded plays scenarios in surroundings that must not turn a verdict, and
// finds out which they turn.
package surrounded

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/runner"
	"github.com/dpopspec/dpopspec/surroundings"
	"github.com/dpopspec/dpopspec/target"
)

// Result is what became of a row: what is wrong of that shows a fault of the
// harness, never of a party.
type Result struct {
	Row           surroundings.Row
	FalsePasses   []Misjudged // passed, though the lax subject breaks it
	FalseFailures []Misjudged // failed or warned, though the honest subject keeps to it
	Runs          []Run
	Problem       error // the row could not be played as it is meant
}

// Misjudged is a case whose verdict came from the surroundings.
type Misjudged struct {
	Case   string `json:"case"`
	Seed   int    `json:"seed"`
	Reason string `json:"reason"`
}

// Run is one run in the surroundings.
type Run struct {
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
func (s Result) Holds() bool {
	return s.Problem == nil && len(s.FalsePasses)+len(s.FalseFailures) == 0 && len(s.Wrong()) == 0
}

// Wrong is what is not as the row wants it, each once.
func (s Result) Wrong() (list []string) {
	for _, run := range s.Runs {
		for _, what := range run.Wrong {
			if what = fmt.Sprintf("%s: %s", run.Subject, what); !slices.Contains(list, what) {
				list = append(list, what)
			}
		}
	}
	return list
}

// Options change how rows are played.
type Options struct {
	Seeds int          // runs of each row, each with another lot; 0: one
	Whole bool         // every case, not only those few that tell much
	Done  func(Result) // called as each row ends, one call at a time
}

// Play plays rows. Cases are run against each subject alone and in the
// surroundings, and the verdicts compared.
func Play(ctx context.Context, rows []surroundings.Row, o Options) ([]Result, error) {
	sources, err := runner.ReadFS(features.FS)
	if err != nil {
		return nil, err
	}
	e := newEnvirons(ctx, sources, o)
	results := make([]Result, len(rows))
	var group sync.WaitGroup
	var reporting sync.Mutex
	for i, row := range rows {
		group.Go(func() {
			results[i] = e.play(row)
			if o.Done != nil {
				reporting.Lock()
				defer reporting.Unlock()
				o.Done(results[i])
			}
		})
	}
	group.Wait()
	return results, ctx.Err()
}

// environs is what the rows have in common.
type environs struct {
	ctx     context.Context
	sources []runner.Source
	o       Options
	mu      sync.Mutex
	alone   map[any]func() (*aside, error)
	// working and waiting hold as many as may run at a time.
	working, waiting chan struct{}
}

// aside is what came of the subjects without the surroundings.
type aside struct {
	plan     *runner.Plan
	verdicts map[surroundings.Subject]map[string]reports.Verdict
}

func newEnvirons(ctx context.Context, sources []runner.Source, o Options) *environs {
	return &environs{
		ctx: ctx, sources: sources, o: o, alone: map[any]func() (*aside, error){},
		working: make(chan struct{}, 4*runtime.GOMAXPROCS(0)), waiting: make(chan struct{}, 16),
	}
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
		defer scene.Close()
		if a.plan == nil {
			if a.plan, err = e.plan(row, scene.Target); err != nil {
				return nil, err
			}
		}
		run, err := runner.Run(e.ctx, a.plan, scene.Target, runner.Options{Parallel: 1})
		if err != nil {
			return nil, err
		}
		verdicts := map[string]reports.Verdict{}
		for _, c := range run.Cases {
			verdicts[c.ID] = c.Verdict
		}
		a.verdicts[subject] = verdicts
		if subject == surroundings.Honest { // what does not apply there would leave gaps
			a.plan = a.plan.Only(func(c *runner.Case) bool { return verdicts[c.ID] != reports.Skipped })
		}
	}
	return a, a.check(row)
}

// check finds out a harness, or a subject, that is wrong without any surroundings:
// then they would show nothing.
func (a *aside) check(row surroundings.Row) error {
	for id, v := range a.verdicts[surroundings.Honest] {
		if bad(v) || v == reports.Errored {
			return fmt.Errorf("the honest subject does not pass %s without the surroundings: %s", id, v)
		}
	}
	for _, v := range a.verdicts[surroundings.Lax] {
		if bad(v) {
			return nil
		}
	}
	if row.Plays(surroundings.Lax) {
		return errors.New("nothing finds the lax subject out without the surroundings")
	}
	return nil
}

// plan is all that is played: every case, or a few of each feature at each
// endpoint, always the same. It counts as a whole plan.
func (e *environs) plan(row surroundings.Row, t *target.Target) (*runner.Plan, error) {
	number, s := telling, runner.Selection{}
	if row.Cast == surroundings.Client {
		number, s.Subjects = ofClients, []target.Role{target.ClientRole}
	}
	sources := slices.DeleteFunc(slices.Clone(e.sources), func(s runner.Source) bool {
		return !e.o.Whole && number[s.Path] == 0
	})
	plan, err := runner.NewPlan(sources, t, s)
	if err != nil {
		return nil, err
	}
	if !e.o.Whole {
		plan = sampled(plan, number)
	}
	plan.Selection = nil
	return plan, nil
}
