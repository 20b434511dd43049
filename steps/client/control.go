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
		"The plain flow, in which nothing is provoked, must succeed. It is the positive control of all that is said "+
			"of a client's errors: where it fails, only this is a failure, and what rests on it is inconclusive.",
		"Then the client succeeds among honest servers")
}

// Enter implements world.Entrant.
func (a *Actor) Enter(of *world.World) {
	a.World = of
	of.AtEnd(a.together)
	of.AtEnd(a.attributed)
	of.AtClose(a.bearWitness) // by then the client has ended
}

func (a *Actor) succeedsPlainly() error {
	failed := a.failure()
	return a.Expect(failed == "", "the client to get a token and to call the API, where nothing stands in its way",
		"asked to "+doing(a.act())+": "+orElse(failed, "so it did"))
}

// failure says how the client failed in what it was asked for last; empty if it
// did not. That it reports no error is not enough: what it was asked for must have
// been recorded, too.
func (a *Actor) failure() string {
	switch {
	case !a.succeeded():
		return a.ending()
	case !a.granted(a.act()):
		return a.ending() + ", but no request of it that was granted"
	}
	return ""
}

// granted reports whether a server has granted what the client was asked for.
func (a *Actor) granted(act string) bool {
	kind := act
	if act != toAPI && act != toPAR && act != toRegister && act != toUserinfo {
		kind = toToken // act is a grant
	}
	return slices.ContainsFunc(a.sentTo(kind), func(s sent) bool { return s.Status/100 == 2 })
}

// attributed returns what becomes of a case once the positive controls of its
// client are made. A verdict that rests on the client's errors is inconclusive
// unless the client can do the same among honest servers. It is called when the
// case has ended, so that its servers are out of the way, and costs nothing where
// a verdict rests on what was recorded.
//
// The embedded client needs no control: the case of the plain flow shows that it
// can, and a mutant may fail there by its one bug.
func (a *Actor) attributed(outcome error) error {
	if a.Subject != target.ClientRole || a.Session.Embedded(target.ClientRole) {
		return outcome
	}
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
		if err := a.control(act); err != nil {
			return err
		}
	}
	return outcome
}

// control makes sure, once a session, that the client can do what it was asked for
// where nothing is provoked, with a good key and its own defaults; but as whom it was
// asked, for a method of authentication can be what it fails at.
func (a *Actor) control(act string) error {
	login := a.setup.Client
	question := "how does the client fail among honest servers, asked for " + act + " as " + login.ID + "?"
	failed, err := a.Session.FindOut(question, func() (string, error) {
		honest := world.NewWorld(a.Context, a.Session, a.Profile, world.Endpoint{}, a.Subject)
		defer honest.Close()
		return world.Of[Actor](honest).plainly(act, login)
	})
	switch {
	case a.Context.Err() != nil: // cut short: it says nothing about the client
		return a.Context.Err()
	case err != nil:
		failed = err.Error()
	case failed == "":
		return nil
	}
	return world.Inconclusivef("the positive control failed: among honest servers, with nothing provoked and "+
		"a good key, the client cannot %s either: %s; make that work first, in the client or in what drives it",
		doing(act)+a.otherwise(), failed)
}

// otherwise tells how the client authenticates where that is not as in every case.
func (a *Actor) otherwise() string {
	if a.setup.Client.Auth == a.wanted.Method() {
		return ""
	}
	return ", authenticating by " + a.setup.Client.Auth + ","
}

// plainly lets the client do what it is asked for, registered alike, and says how it
// failed.
func (a *Actor) plainly(act string, login target.ClientLogin) (failed string, err error) {
	if err := a.needs(); err != nil {
		return "", err
	}
	if err := a.registeredAs(login.ID, login.Auth); err != nil {
		return "", err
	}
	switch act {
	case toAPI:
		err = a.obtainsAndFetches()
	case toPAR:
		err = a.pushes()
	case toRegister:
		err = a.registers()
	case toUserinfo:
		err = a.asksUserinfo()
	default:
		err = a.obtainsBy(act)
	}
	var not *world.NotApplicable
	switch {
	case errors.As(err, &not): // the client is not made for that, so there is nothing to compare with
		return "", nil
	case err != nil:
		return "", err
	}
	return a.failure(), nil
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
	case toUserinfo:
		return "sign in and ask for userinfo"
	case mockas.GrantCode:
		return "sign in"
	default:
		return fmt.Sprintf("get a token by %s", act)
	}
}
