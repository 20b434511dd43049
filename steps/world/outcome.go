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
type Inconclusive struct {
	Reason       string
	Uncontrolled bool // an honest request was not granted
}

// Error implements error.
func (i *Inconclusive) Error() string { return i.Reason }

// NotApplicablef returns a NotApplicable with that reason.
func NotApplicablef(format string, args ...any) error {
	return &NotApplicable{fmt.Sprintf(format, args...)}
}

// Inconclusivef returns an Inconclusive with that reason.
func Inconclusivef(format string, args ...any) error {
	return &Inconclusive{Reason: fmt.Sprintf(format, args...)}
}

// Uncontrolledf returns an Inconclusive for want of a positive control.
func Uncontrolledf(format string, args ...any) error {
	return &Inconclusive{Reason: fmt.Sprintf(format, args...), Uncontrolled: true}
}

// IsOutcome reports whether an error is a verdict on the party, rather than a
// failure of the harness or of the way to the target.
func IsOutcome(err error) bool {
	var v *Violation
	var n *NotApplicable
	var i *Inconclusive
	return errors.As(err, &v) || errors.As(err, &n) || errors.As(err, &i)
}
