package runner

import (
	"fmt"
	"sync"

	"github.com/dpopspec/dpopspec/reports"
)

// failures counts those of a run, to end it early. A verdict that does not stand is
// counted no more.
type failures struct {
	most   int // 0: any number
	counts func(reports.Case) bool

	lock  sync.Mutex
	cases map[int]bool // those that failed so far, by their place in the plan
}

func newFailures(o Options) *failures {
	f := &failures{most: o.MaxFailures, counts: o.Counts, cases: map[int]bool{}}
	if f.counts == nil {
		f.counts = func(c reports.Case) bool { return c.Verdict == reports.Failed || c.Verdict == reports.Errored }
	}
	return f
}

// settle takes note of how a case ended.
func (f *failures) settle(place int, c reports.Case) {
	if f.most == 0 {
		return
	}
	f.lock.Lock()
	defer f.lock.Unlock()
	if f.counts(c) {
		f.cases[place] = true
	} else {
		delete(f.cases, place)
	}
}

// enough reports whether no further case is to be begun.
func (f *failures) enough() bool {
	if f.most == 0 {
		return false
	}
	f.lock.Lock()
	defer f.lock.Unlock()
	return len(f.cases) >= f.most
}

// endedEarly marks a run that was ended by its failures, and says so of the cases that
// were not run.
func endedEarly(p *Plan, o Options, run *reports.Run) {
	ended := 0
	own := map[string]bool{}
	for _, c := range p.Cases {
		own[c.ID] = true
	}
	f := newFailures(o)
	for i, c := range run.Cases {
		if own[c.ID] {
			ended++
			f.settle(i, c)
		}
	}
	if !f.enough() || ended >= len(p.Cases) {
		return
	}
	run.Interrupted = true
	run.Cut = fmt.Sprintf("--max-failures %d was reached, and %d of %d cases were not run",
		o.MaxFailures, len(p.Cases)-ended, len(p.Cases))
	cutShort(p, run, fmt.Sprintf("--max-failures %d was reached before it", o.MaxFailures))
}

// cutShort says of the cases that were to be run, and were not run whole, why that is so.
func cutShort(p *Plan, run *reports.Run, reason string) { leaveOut(p, run, reason, true) }

// leaveOut says of the cases without a result why that is so.
func leaveOut(p *Plan, run *reports.Run, reason string, cut bool) {
	ended := map[string]bool{}
	for _, c := range run.Cases {
		ended[c.ID] = true
	}
	for _, c := range p.Cases {
		if !ended[c.ID] {
			run.NotRun = append(run.NotRun, reports.NotRun{ID: c.ID, Reason: reason, Cut: cut})
		}
	}
}
