package client

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/internal/mask"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// succeeded reports whether the latest order, and what had to come before it,
// came to a good end.
func (a *Actor) succeeded() bool {
	return a.early == nil && a.problem == nil && (a.fetched == nil || a.fetched.Status/100 == 2)
}

// isAsked notes what the client is asked for.
func (a *Actor) isAsked(act string) { a.problem, a.acts = nil, append(a.acts, act) }

// act is what the client was asked for last: a grant type, or the kind of
// endpoint that it was to use.
func (a *Actor) act() string {
	if len(a.acts) == 0 {
		return ""
	}
	return a.acts[len(a.acts)-1]
}

// expect is Expect for what rests on how the client ended, or on what it
// left undone. A client that can do nothing at all ends and leaves undone just
// so: the verdict counts only beside a positive control, see attributed.
func (w *Actor) expect(holds bool, expected, actual string) error {
	a := w
	act := a.act()
	err := w.Expect(holds, expected, actual)
	var violation *world.Violation
	if errors.As(err, &violation) {
		violation.Control = act
	} else if act != "" && !slices.Contains(a.controls, act) {
		a.controls = append(a.controls, act)
	}
	return err
}

// outcome sorts what became of an order.
func (a *Actor) outcome(err error) error {
	var own *target.ClientError
	switch {
	case !errors.As(err, &own):
		return err
	case own.Unsupported():
		return world.NotApplicablef("the client %s cannot do that: %s", a.hello.Name, own.Message)
	case own.Premature():
		return fmt.Errorf("the adapter of %s was asked too early: %w", a.hello.Name, own)
	}
	a.problem = own
	return nil
}

// ending says how the latest order ended, for reports.
func (a *Actor) ending() string {
	switch {
	case a.problem != nil:
		return "the error " + clipped(a.problem.Error())
	case a.early != nil:
		return "the error " + clipped(a.early.Error()) + ", before it came so far"
	case a.fetched != nil:
		return fmt.Sprintf("no error, the answer %d", a.fetched.Status)
	}
	return "no error"
}

func clipped(text string) string {
	return mask.Head(strings.TrimSpace(text), 300)
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}
