package world

import (
	"errors"
	"fmt"

	"github.com/dpopspec/dpopspec/target"
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

// Blocked ends a case that rests on what does not work in the set-up of the run.
type Blocked = target.Blocked

// NotApplicablef returns a NotApplicable with that reason.
func NotApplicablef(format string, args ...any) error {
	return &NotApplicable{fmt.Sprintf(format, args...)}
}

// Inconclusivef returns an Inconclusive with that reason.
func Inconclusivef(format string, args ...any) error {
	return &Inconclusive{fmt.Sprintf(format, args...)}
}

// IsOutcome reports whether an error says how a case ended, rather than that the
// harness or the way to the target failed.
func IsOutcome(err error) bool {
	var v *Violation
	var n *NotApplicable
	var i *Inconclusive
	var b *Blocked
	return errors.As(err, &v) || errors.As(err, &n) || errors.As(err, &i) || errors.As(err, &b)
}
