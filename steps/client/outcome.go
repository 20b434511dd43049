package client

import (
	"errors"
	"fmt"
	"slices"

	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

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

// began makes sure that the client came to what the scenario is about: without a
// token, say, nothing can be said of a call with one.
func (a *Actor) began() error {
	if a.early != nil {
		return world.Inconclusivef("the client does not come so far: %v", a.early)
	}
	return nil
}

// expect is Expect for what rests on how the client ended, or on what it left
// undone. A client that can do nothing at all ends and leaves undone just so: the
// verdict counts only beside a positive control, see attributed.
func (a *Actor) expect(holds bool, expected, actual string) error {
	act := a.act()
	err := a.Expect(holds, expected, actual)
	var violation *world.Violation
	if errors.As(err, &violation) {
		violation.Control = act
	} else if act != "" && !slices.Contains(a.controls, act) {
		a.controls = append(a.controls, act)
	}
	return err
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

// withoutProofs ends a case in which there is no proof to judge. That the client
// sends none where it should is found elsewhere.
func (a *Actor) withoutProofs() error {
	return world.Inconclusivef("the client sent no proof of the kind that is judged here; it ended with %s",
		a.ending())
}
