package runner

import (
	"context"
	"slices"
	"sync"

	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/world"
)

// Part is a part of a run, in the order in which they come.
type Part string

// The parts of a run in which something is sent.
const (
	PartSetUp     Part = "set-up"    // metadata are read, before anything is tried
	PartPreflight Part = "preflight" // what the cases rest on is tried
	PartCases     Part = "cases"
)

// hand hands on what a part of the run saw on the wire, in the order of time.
func (o Options) hand(part Part, shown []world.Shown) {
	if o.Saw == nil || len(shown) == 0 {
		return
	}
	shown = slices.Clone(shown)
	slices.SortStableFunc(shown, func(a, b world.Shown) int { return a.Exchange.Began.Compare(b.Exchange.Began) })
	o.Saw(part, shown, cameBy(shown))
}

// see hands on what an attempt at a case saw on the wire.
func (o Options) see(e *execution) {
	if o.Saw != nil && e.world != nil {
		o.Saw(PartCases, e.world.Shown, cameBy(e.world.Shown))
	}
}

// overhear returns a context for the set-up, whose requests told hands on.
func (o Options) overhear(ctx context.Context) (heard context.Context, told func()) {
	if o.Saw == nil {
		return ctx, func() {}
	}
	var mu sync.Mutex
	var shown []world.Shown
	over := false
	heard = wire.Watched(ctx, func(e *wire.Exchange) {
		mu.Lock()
		defer mu.Unlock()
		if !over { // what a program asks that was started meanwhile is its own
			shown = append(shown, world.Shown{Title: string(PartSetUp), Exchange: e})
		}
	})
	return heard, func() {
		mu.Lock()
		defer mu.Unlock()
		over = true
		o.hand(PartSetUp, shown)
		shown = nil
	}
}
