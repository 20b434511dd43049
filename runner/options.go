package runner

import (
	"time"

	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// Options change how a plan is run.
type Options struct {
	// Parallel is how many cases are run at a time; 0 or less: one more than there
	// are processors. Where a trigger starts the client it is 1 in any event.
	Parallel int

	Rounds int // how often Run runs the plan, see MostRounds; 0 or 1: once

	// MaxFailures is after how many failures no further case is begun; 0: however many
	// there are. What is under way ends, and its verdicts are confirmed as ever, so that a
	// few more than these may be told.
	MaxFailures int
	// Counts says which results are failures for MaxFailures; nil: what failed or errored.
	Counts func(reports.Case) bool

	Done   func(reports.Case)    // called as each case ends, one call at a time
	Repeat func(c *Case) string  // the command that repeats a case alone
	Opened func(*target.Session) // called when the target is open, before the first case
	Trace  bool                  // keep the exchanges of every case, not only of those that did not pass

	// Saw is called at the end of the set-up and of the preflight, of each case, and of each
	// attempt at one, with the exchanges and the tokens that it came by. Several goroutines
	// call it.
	Saw func(part Part, shown []world.Shown, secrets []string)

	// Follow is called before anything is sent, with what tells at any moment how far
	// the run is.
	Follow func(pulse func(now time.Time) reports.Pulse)

	clocks *world.Clocks // of the real servers, as far as they are known; nil: not at all
}

// noting returns the options with one more who is told as each case ends.
func (o Options) noting(done func(reports.Case)) Options {
	told := o.Done
	o.Done = func(c reports.Case) {
		done(c)
		if told != nil {
			told(c)
		}
	}
	return o
}
