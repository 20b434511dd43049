package runner

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// play tries what the cases rest on, runs them, and keeps what came of it. What has
// not ended when limits.time is over, or limits.budget used up, is not run.
func play(ctx context.Context, p *Plan, s *target.Session, o Options, run *reports.Run) {
	limited := ctx
	if s.Limits.Time > 0 {
		var end context.CancelFunc
		limited, end = context.WithDeadline(ctx, run.Started.Add(s.Limits.Time))
		defer end()
	}
	limited, spent := context.WithCancelCause(limited)
	defer spent(nil)
	s.WhenBudgetIsSpent(func() { spent(target.ErrBudget) })
	look := newOutlook(p, s, o)
	if o.Follow != nil {
		o.Follow(look.pulse)
		defer look.foretell(limited, p)()
	}
	if s.Usable("", "") == nil {
		// That an API has no metadata, or does not answer, its cases will tell.
		reading, read := o.overhear(limited)
		_ = s.ReadResources(reading)
		read()
	}
	o.clocks = world.NewClocks()
	preflightBy(limited, p, s, o)
	if o.Opened != nil {
		o.Opened(s)
	}
	look.begin()
	run.Cases = rounds(limited, p, s, o.noting(look.done))
	run.Cases = append(run.Cases, Findings(limited, p, s, o, run.Cases)...)
	run.Requests = s.Requests()
	for origin, ahead := range o.clocks.Misdated() {
		s.NoteClock(origin, ahead)
	}
	switch {
	case ctx.Err() == nil && errors.Is(context.Cause(limited), target.ErrBudget):
		run.Interrupted = true
		outOfBudget(p, s, run)
	case limited.Err() != nil && ctx.Err() == nil:
		run.Interrupted = true
		outOfTime(p, s, run)
	case ctx.Err() == nil:
		endedEarly(p, o, run)
	}
	run.SetUp = s.SetUp()
}

// outOfTime says which cases were not run for want of time.
func outOfTime(p *Plan, s *target.Session, run *reports.Run) {
	run.Cut = fmt.Sprintf("limits.time, %v, was over", s.Limits.Time)
	cutShort(p, run, run.Cut)
	s.Block(reports.Problem{
		Name:   "limits.time",
		What:   fmt.Sprintf("the run was given %v, and ended at %s", s.Limits.Time, time.Now().Format("15:04:05")),
		Answer: fmt.Sprintf("%d of %d cases were run", len(run.Cases), len(p.Cases)),
		Key:    "limits.time",
		Remedy: "give it more time, or choose fewer cases",
	})
}

// outOfBudget says which cases were not run because the requests were used up.
func outOfBudget(p *Plan, s *target.Session, run *reports.Run) {
	run.Cut = fmt.Sprintf("limits.budget, %d requests, was used up", s.Limits.Budget)
	cutShort(p, run, run.Cut)
	s.Block(reports.Problem{
		Name:   "limits.budget",
		What:   fmt.Sprintf("the run was given %d requests, and ended when they were used up", s.Limits.Budget),
		Answer: fmt.Sprintf("%d of %d cases were run", len(run.Cases), len(p.Cases)),
		Key:    "limits.budget",
		Remedy: "give it more requests, or choose fewer cases; dpopspec check estimates how many they take",
	})
}
