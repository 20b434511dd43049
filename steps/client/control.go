package client

import (
	"errors"
	"fmt"
	"slices"

	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

func controlSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Actor](v)
	g.Then(`^the client succeeds among honest servers$`, (*Actor).succeedsPlainly,
		"The plain flow, in which nothing is provoked, must succeed. It is the positive control of all that is said of a client's errors: where it fails, only this is a failure, and what rests on it is inconclusive.",
		"Then the client succeeds among honest servers")
}

func (w *Actor) succeedsPlainly() error {
	a, err := w.arranged()
	if err != nil {
		return err
	}
	failed := w.failure(a)
	return w.Expect(failed == "", "the client to get a token and to call the API, where nothing stands in its way", "asked to "+doing(a.act())+": "+orElse(failed, "so it did"))
}

// failure says how the client failed in what it was asked for last; empty
// if it did not. That it reports no error is not enough: what it was asked for
// must have been recorded, too.
func (w *Actor) failure(a *Actor) string {
	switch {
	case !a.succeeded():
		return a.ending()
	case !w.granted(a.act()):
		return a.ending() + ", but no request of it that was granted"
	}
	return ""
}

// granted reports whether a server has granted what the client was asked
// for.
func (w *Actor) granted(act string) bool {
	kind := act
	if act != toAPI && act != toPAR && act != toRegister {
		kind = toToken // act is a grant
	}
	return slices.ContainsFunc(w.sentTo(kind), func(s sent) bool { return s.Status/100 == 2 })
}

// attributed returns what becomes of a case once the positive controls of its
// client are made. A verdict that rests on the client's errors is inconclusive
// unless the client can do the same among honest servers. It is called when the
// case has ended, so that its servers are out of the way, and costs nothing
// where a verdict rests on what was recorded.
//
// The embedded client needs no control: the case of the plain flow shows that it
// can, and a mutant may fail there by its one bug.
func (w *Actor) attributed(outcome error) error {
	if w.Subject != target.ClientRole || w.Session.Embedded(target.ClientRole) {
		return outcome
	}
	a := w
	controls := a.controls
	var violation *world.Violation
	var unsure *world.Inconclusive
	switch {
	case errors.As(outcome, &unsure) && a.act() != "":
		controls = []string{a.act()} // which tells more of why
	case errors.As(outcome, &violation) && violation.Control != "":
		controls = []string{violation.Control}
	case outcome != nil:
		return outcome
	}
	for _, act := range controls {
		if err := w.control(act); err != nil {
			return err
		}
	}
	return outcome
}

// control makes sure, once a session, that the client can do what it was
// asked for where nothing is provoked, with a good key and its own defaults.
func (w *Actor) control(act string) error {
	failed, err := w.Session.FindOut("how does the client fail among honest servers, asked for "+act+"?", func() (string, error) {
		honest := world.NewWorld(w.Context, w.Session, w.Profile, world.Endpoint{}, w.Subject)
		defer honest.Close()
		return world.Of[Actor](honest).plainly(act)
	})
	switch {
	case w.Context.Err() != nil: // cut short: it says nothing about the client
		return w.Context.Err()
	case err != nil:
		failed = err.Error()
	case failed == "":
		return nil
	}
	return world.Inconclusivef("the positive control failed: among honest servers, with nothing provoked and a good key, the client cannot %s either: %s; make that work first, in the client or in what drives it", doing(act), failed)
}

// plainly lets the client do what it is asked for, and says how it failed.
func (w *Actor) plainly(act string) (failed string, err error) {
	switch act {
	case toAPI:
		err = w.getsAndFetches()
	case toPAR:
		err = w.pushes()
	case toRegister:
		err = w.registers()
	default:
		err = w.obtainsBy(act)
	}
	var not *world.NotApplicable
	switch {
	case errors.As(err, &not): // the client is not made for that, so there is nothing to compare with
		return "", nil
	case err != nil:
		return "", err
	}
	return w.failure(w), nil
}

// doing words an act.
func doing(act string) string {
	switch act {
	case toAPI:
		return "get a token and call the API with it"
	case toPAR:
		return "sign in through a pushed request"
	case toRegister:
		return "register"
	case mockas.GrantCode:
		return "sign in"
	default:
		return fmt.Sprintf("get a token by %s", act)
	}
}

// Enter implements world.Entrant.
func (w *Actor) Enter(of *world.World) {
	w.World = of
	of.AtEnd(w.attributed)
}
