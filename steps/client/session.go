package client

import (
	"errors"

	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

func sessionSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Actor](v)
	g.When(`^the client goes through a session$`, (*Actor).session,
		"Lets the client do all it can: log in (pushed, if it can), refresh, call the API with several methods and "+
			"URLs.",
		"When the client goes through a session")
	g.When(`^the client starts anew$`, (*Actor).startsAnew,
		"Ends the client's process and starts another one with the same environment and configuration.",
		"When the client starts anew")
	g.When(`^the client calls the API all the same$`, (*Actor).callsAllTheSame,
		"Lets the client call the API with whatever token it has or gets by itself; it may have none.",
		"When the client calls the API all the same")
	g.When(`^the client registers$`, (*Actor).registers,
		"Lets the client register at the authorization server (RFC 7591).",
		"When the client registers")
}

// session lets the client do all it can, so that there are proofs of every kind
// to look at.
func (a *Actor) session() error {
	if err := a.run(); err != nil {
		return err
	}
	if a.hello.Can(target.CanPAR) {
		a.usePAR()
	}
	if a.hello.Can(target.CanLogin) {
		err := a.signsIn()
		if err == nil && a.problem == nil && a.hello.Can(target.CanRefresh) {
			err = a.refresh()
		}
		if err != nil || a.problem != nil {
			a.early = a.problem
			return err
		}
	}
	if a.hello.Can(target.CanLogin) && a.hello.Can(target.CallsUserinfo) {
		if err := a.asksUserinfo(); err != nil {
			return err
		}
	}
	if !a.hello.Can(target.CanFetch) {
		return a.holding()
	}
	for _, request := range [][2]string{
		{"GET", "/orders"}, {"POST", "/orders"}, {"GET", "/a%2Fb/%C3%A9;v=1?page=2&x=/y"}, {"DELETE", "/orders/7"},
	} {
		if err := a.fetchIfMade(request[0], request[1]); err != nil {
			return err
		}
	}
	return nil
}

// fetchIfMade is fetch where a call that an application behind a trigger URL does
// not know how to make may be left out.
func (a *Actor) fetchIfMade(method, path string) error {
	err := a.fetch(fetchOf(method, path))
	var not *world.NotApplicable
	if a.Session.Triggered() && errors.As(err, &not) && len(a.sentTo(toAPI)) > 0 {
		return nil
	}
	return err
}

func (a *Actor) startsAnew() error {
	if a.Session.Triggered() {
		return world.NotApplicablef("a client driven by a trigger URL cannot be told to start anew")
	}
	if err := a.arrange(); err != nil {
		return err
	}
	a.anew = true
	a.restart()
	return nil
}

func (a *Actor) registers() error {
	if err := a.needs(target.CanRegister); err != nil {
		return err
	}
	return a.order(toRegister, func() error { return a.driver.Register(a.Context) })
}
