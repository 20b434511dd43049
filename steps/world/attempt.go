package world

import (
	"fmt"

	"github.com/dpopspec/dpopspec/dpop/forge"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// Attempt is the request that Then steps judge, with what came of it.
type Attempt struct {
	// Endpoint is where the request went.
	Endpoint Endpoint
	// Ask is what the request was made from, if a client asked for something
	// with it (see World.Try); else nil.
	Ask *Ask
	// Exchange is the request and its answer; nil if nothing was sent or no
	// answer came.
	Exchange *wire.Exchange
	// Err says why no whole answer came.
	Err error
	// Defect is what is wrong or odd about the proof; nil if nothing is.
	Defect *forge.Defect
	// Hidden says that a nonce challenge came twice: the defect was never
	// looked at.
	Hidden bool
	// Shared says that the answer was given to another case: this one has sent nothing.
	Shared bool
	// BrokenDown says that the connection broke, each time, while honest
	// requests were answered.
	BrokenDown bool

	world *World
}

// Begin begins another attempt. The defect is what is wrong with its proof;
// nil: nothing.
func (w *World) Begin(defect *forge.Defect) *Attempt { return w.BeginAt(w.Endpoint, defect) }

// BeginAt is Begin at another endpoint than that which the scenario is run at.
func (w *World) BeginAt(p Endpoint, defect *forge.Defect) *Attempt {
	return &Attempt{Endpoint: p, Defect: defect, world: w}
}

// End notes how the attempt ended and makes it the one that Then steps judge.
// The error is the one given, which stops the step. What was asked for on the
// way, such as a login for a code, is no attempt of the scenario.
func (a *Attempt) End(e *wire.Exchange, err error) error {
	a.Exchange, a.Err = e, err
	a.world.attempt = a
	return err
}

// Latest returns the attempt of the latest When step, to be judged.
func (w *World) Latest() *Attempt {
	if w.attempt == nil {
		w.attempt = w.Begin(nil)
	}
	return w.attempt
}

// Aside makes a request that only finds something out: Then steps judge the
// attempt of before.
func (w *World) Aside(attempt func() error) (*wire.Exchange, error) {
	before := w.attempt
	defer func() { w.attempt = before }()
	err := attempt()
	return w.Latest().Exchange, err
}

// Judge returns the endpoint under test and the attempt at it. It is an error
// if nothing was sent, and a violation if the server breaks down at what was
// sent, or if its answer was split by it; what says for what the answer is looked at: "accepted", "refused".
func (w *World) Judge(what string) (Endpoint, *Attempt, error) {
	_, err := w.At()
	a := w.Latest()
	switch {
	case err != nil:
	case a.Exchange == nil:
		err = fmt.Errorf("nothing was sent that could be %s; put a When step before this one", what)
	case a.BrokenDown:
		err = w.Expect(false, "the request to be "+what,
			"no answer: the connection broke, twice, while honest proofs were answered")
	default:
		if what := reflected(a.Exchange); what != "" {
			err = w.Expect(false, "an answer in which no text of the proof works", what)
		}
	}
	return a.Endpoint, a, err
}

// NoteControl notes that an honest request was granted: the positive control
// without which no refusal means anything.
func (w *World) NoteControl() { w.controlled = true }

// Controlled reports whether the case has had its positive control.
func (w *World) Controlled() bool { return w.controlled }

// Told notes that the case has failed for its latest attempt: if a real server broke
// down at it, that is said.
func (w *World) Told() {
	if w.attempt == nil || w.attempt.Exchange == nil || w.Embedded(w.attempt.Exchange.URL) {
		return
	}
	for _, s := range w.Shown {
		if s.Exchange == w.attempt.Exchange {
			w.told(s.Title, s.Exchange)
		}
	}
}
