// Package steps is the vocabulary of scenarios: what a step of a feature file
// does to the parties of one case, its World, and what it expects of them.
package world

import (
	"errors"
	"fmt"
)

// Violation says that a party broke what a scenario expects of it.
type Violation struct {
	Expected, Actual string

	Control string // what the client must be able to do for this to be said of it; empty: nothing
}

// Error implements error.
func (v *Violation) Error() string { return fmt.Sprintf("expected %s; got %s", v.Expected, v.Actual) }

// NotApplicable ends a case that makes no sense here: the target lacks a
// capability, or a probe would not be safe.
type NotApplicable struct{ Reason string }

// Error implements error.
func (n *NotApplicable) Error() string { return n.Reason }

// Inconclusive ends a case whose probe cannot be attributed to what it probes:
// the positive control failed, or something else hid the defect.
type Inconclusive struct{ Reason string }

// Error implements error.
func (i *Inconclusive) Error() string { return i.Reason }

func NotApplicablef(format string, args ...any) error {
	return &NotApplicable{fmt.Sprintf(format, args...)}
}

func Inconclusivef(format string, args ...any) error {
	return &Inconclusive{fmt.Sprintf(format, args...)}
}

// IsOutcome reports whether an error is a verdict on the party, rather than a
// failure of the harness or of the way to the target.
func IsOutcome(err error) bool {
	var v *Violation
	var n *NotApplicable
	var i *Inconclusive
	return errors.As(err, &v) || errors.As(err, &n) || errors.As(err, &i)
}

// AtEnd registers what becomes of the outcome of the case once its steps have
// ended: a room that knows what a verdict rests on can make sure of it.
func (w *World) AtEnd(judge func(outcome error) error) { w.atEnd = append(w.atEnd, judge) }

// Attributed returns the outcome of a case as its rooms leave it, once its steps
// have ended.
func (w *World) Attributed(outcome error) error {
	for _, judge := range w.atEnd {
		outcome = judge(outcome)
	}
	return outcome
}

// Expect records what was expected and what was seen, and returns a Violation
// if they differ. Every assertion goes through it: a case without one is an
// error, not a pass.
func (w *World) Expect(holds bool, expected, actual string) error {
	w.asserted++
	w.Expected, w.Actual = expected, actual
	if !holds {
		return &Violation{Expected: expected, Actual: actual}
	}
	return nil
}
