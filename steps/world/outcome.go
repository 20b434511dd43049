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
type NotApplicable struct {
	Reason string
	Kind   string // of the reason, without its particulars: what the reasons of many cases have in common
	Key    string // of the configuration that would let the case run; empty: none would
	Rare   bool   // what is wanting is what few have, and this target does not claim to
}

// Error implements error.
func (n *NotApplicable) Error() string { return n.Reason }

// Inconclusive ends a case whose probe cannot be attributed to what it probes:
// the positive control failed, or something else hid the defect.
type Inconclusive struct {
	Reason string
	Kind   string // of the reason, without its particulars

	Uncontrolled bool // an honest request was not granted

	// Because is what a server refused that the case rests on, a *Denied or an
	// *Ungranted; nil: nothing of the kind. It is no error of the case: whoever asks
	// whether a probe was refused must not find it.
	Because error
}

// Error implements error.
func (i *Inconclusive) Error() string { return i.Reason }

// NotApplicablef returns a NotApplicable with that reason, whose kind is the format.
func NotApplicablef(format string, args ...any) error { return Lackingf("", format, args...) }

// ClientsKey is the key of the configuration that names the registered clients.
const ClientsKey = "authorization_server.clients"

// Lackingf is NotApplicablef for a case that would run if the configuration said
// more at that key.
func Lackingf(key, format string, args ...any) error {
	reason, kind := reasonf(format, args...)
	return &NotApplicable{Reason: reason, Kind: kind, Key: key}
}

// Rarelyf is Lackingf for what few have: to name it at that key is no step that
// anybody should take first.
func Rarelyf(key, format string, args ...any) error {
	reason, kind := reasonf(format, args...)
	return &NotApplicable{Reason: reason, Kind: kind, Key: key, Rare: true}
}

// LackingIff is Lackingf where the server announces what is wanting, else Rarelyf.
func LackingIff(announced bool, key, format string, args ...any) error {
	if announced {
		return Lackingf(key, format, args...)
	}
	return Rarelyf(key, format, args...)
}

// Inconclusivef returns an Inconclusive with that reason, whose kind is the format.
func Inconclusivef(format string, args ...any) error {
	reason, kind := reasonf(format, args...)
	return &Inconclusive{Reason: reason, Kind: kind}
}

// Uncontrolledf returns an Inconclusive for want of a positive control.
func Uncontrolledf(format string, args ...any) error {
	reason, kind := reasonf(format, args...)
	return &Inconclusive{Reason: reason, Kind: kind, Uncontrolled: true}
}

// reasonf is a reason and its kind. A format that says nothing by itself has no
// kind but the reason.
func reasonf(format string, args ...any) (reason, kind string) {
	reason = fmt.Sprintf(format, args...)
	if format == "%s" {
		return reason, reason
	}
	return reason, format
}

// IsOutcome reports whether an error says how a case ended, rather than that the
// harness or the way to the target failed.
func IsOutcome(err error) bool {
	var v *Violation
	var n *NotApplicable
	var i *Inconclusive
	var b *target.Blocked
	return errors.As(err, &v) || errors.As(err, &n) || errors.As(err, &i) || errors.As(err, &b)
}
