package runner

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// play tries what the cases rest on, runs them, and keeps what came of it. What has
// not begun when limits.time is over is not run.
func play(ctx context.Context, p *Plan, s *target.Session, o Options, run *reports.Run) {
	limited := ctx
	if s.Limits.Time > 0 {
		var end context.CancelFunc
		limited, end = context.WithDeadline(ctx, run.Started.Add(s.Limits.Time))
		defer end()
	}
	look := newOutlook(p, s, o)
	if o.Follow != nil {
		o.Follow(look.pulse)
		defer look.foretell(limited, p)()
	}
	if s.Usable("", "") == nil {
		// That an API has no metadata, or does not answer, its cases will tell.
		_ = s.ReadResources(limited)
	}
	o.clocks = world.NewClocks()
	preflightBy(limited, p, s, o.clocks)
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
	case limited.Err() != nil && ctx.Err() == nil:
		run.Interrupted = true
		outOfTime(p, s, run)
	case ctx.Err() == nil:
		endedEarly(p, o, run)
	}
	run.SetUp = s.SetUp()
}

// cutShort says of the cases that were not run whole why that is so.
func cutShort(p *Plan, run *reports.Run, reason string) {
	ended := map[string]bool{}
	for _, c := range run.Cases {
		ended[c.ID] = true
	}
	for _, c := range p.Cases {
		if !ended[c.ID] {
			run.NotRun = append(run.NotRun, reports.NotRun{ID: c.ID, Reason: reason})
		}
	}
}

// outOfTime says which cases were not run for want of time.
func outOfTime(p *Plan, s *target.Session, run *reports.Run) {
	cutShort(p, run, fmt.Sprintf("limits.time, %v, was over", s.Limits.Time))
	s.Block(reports.Problem{
		Name:   "limits.time",
		What:   fmt.Sprintf("the run was given %v, and ended at %s", s.Limits.Time, time.Now().Format("15:04:05")),
		Answer: fmt.Sprintf("%d of %d cases were run", len(run.Cases), len(p.Cases)),
		Key:    "limits.time",
		Remedy: "give it more time, or choose fewer cases",
	})
}

// endedEarly marks a run that was ended by its failures, and says so of the cases that
// were not run.
func endedEarly(p *Plan, o Options, run *reports.Run) {
	ended := 0
	own := map[string]bool{}
	for _, c := range p.Cases {
		own[c.ID] = true
	}
	f := newFailures(o.MaxFailures, o.Counts)
	for i, c := range run.Cases {
		if own[c.ID] {
			ended++
			f.settle(i, c)
		}
	}
	again := slices.ContainsFunc(run.Cases, func(c reports.Case) bool { return o.Rounds > 1 && own[c.ID] && c.Rounds < o.Rounds })
	if !f.enough() || ended >= len(p.Cases) && !again {
		return
	}
	run.Interrupted = true
	run.Cut = fmt.Sprintf("--max-failures %d was reached, and %d of %d cases were not run",
		o.MaxFailures, len(p.Cases)-ended, len(p.Cases))
	if again {
		run.Cut += ", and not all rounds"
	}
	cutShort(p, run, fmt.Sprintf("--max-failures %d was reached before it", o.MaxFailures))
}
