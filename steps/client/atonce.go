package client

import (
	"net/http"
	"sync"
	"time"

	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

func atOnceSteps(v *vocabulary.Vocabulary) {
	v.Word("at-once", "Which APIs the client calls several times at once.", apisAtOnce.Forms()...)
	g := vocabulary.For[Actor](v)
	g.When(`^the client has (\d+) calls of the {at-once} under way when it is challenged$`, (*Actor).challengedAtOnce,
		"Lets the client make so many calls at once. The answers are held back until all have been sent; then each is "+
			"challenged once, with a nonce of its own.",
		"When the client has 20 calls of the API under way when it is challenged")
	g.When(`^the client calls for both at once, and each is challenged$`, (*Actor).bothChallenged,
		"Lets the client make a call for each of two owners. Both are under way before each is challenged once.",
		"When the client calls for both at once, and each is challenged")
	g.When(`^the client calls for the second while the first waits for its repetition$`, (*Actor).secondMeanwhile,
		"Lets the client make a call for the second owner once the one for the first has been challenged. A client in "+
			"this process, and one that takes retry_options, waits that long before it repeats.",
		"When the client calls for the second while the first waits for its repetition")
	g.When(`^the client makes (\d+) calls at once with an access token that has run out$`, (*Actor).callsExpired,
		"Lets the client sign in, gives it a token that runs out, and lets it call the API so many times at once.",
		"When the client makes 4 calls at once with an access token that has run out")
}

// apisAtOnce are the APIs that get so many calls each.
var apisAtOnce = vocabulary.Meanings[[]string]{
	"API":       {world.DefaultAPI},
	"two APIs":  {world.DefaultAPI, otherAPI},
	"other API": {otherAPI},
}

// atOnce lets the client do several things at once if it can be driven so, else one
// after the other, which the report then says. The error is that of the first that
// failed.
func (a *Actor) atOnce(count int, do func(i int) error) error {
	if !a.hello.Can(target.CallsInParallel) {
		a.Observe("the calls are ordered one after the other: the client %s does not name the capability %s",
			a.hello.Name, target.CallsInParallel)
		for i := range count {
			if err := do(i); err != nil {
				return err
			}
		}
		return nil
	}
	failures := make([]error, count)
	var group sync.WaitGroup
	for i := range count {
		group.Go(func() { failures[i] = do(i) })
	}
	group.Wait()
	for _, err := range failures {
		if err != nil {
			return err
		}
	}
	return nil
}

// underWay lets the client make calls at once. What came of each is in the calls.
func (a *Actor) underWay(calls []*ownCall) error {
	return a.order(toAPI, func() error {
		return a.atOnce(len(calls), func(i int) error { return a.makes(calls[i]) })
	})
}

func (a *Actor) challengedAtOnce(count int, which string) error {
	names, err := apisAtOnce.Of(which)
	if err != nil {
		return err
	}
	if err := a.needs(target.CallsInParallel, target.CanFetch, target.CanRetryNonce); err != nil {
		return err
	}
	if err := a.holding(); err != nil || a.early != nil {
		return err
	}
	a.gate = newGate(count * len(names))
	var calls []*ownCall
	for _, name := range names {
		if err := a.shareTokens(name); err != nil {
			return err
		}
		for range count {
			c, err := a.marked(name, nil)
			if err != nil {
				return err
			}
			if err := a.challengesCall(name, c, a.gate.behind(nonceChallenge(toAPI, freshNonce()...))); err != nil {
				return err
			}
			calls = append(calls, c)
		}
	}
	return a.underWay(calls)
}

// challengesCall lets an API react once so to the requests of a call.
func (a *Actor) challengesCall(api string, c *ownCall, play reaction) error {
	server, err := a.API(api)
	if err != nil {
		return err
	}
	is := withCall(c)
	server.HTTP.Then(wire.Answer{
		Match: func(r *http.Request) bool { return is(r.URL) && withCredentials(r) }, Times: once, Play: play,
	})
	return nil
}

// forOwners makes a call for each of the two owners.
func (a *Actor) forOwners() (first, second *ownCall, err error) {
	if len(a.owners) != 2 {
		return nil, nil, world.Inconclusivef("the client acts for %d owners of tokens instead of two; it ended with %s",
			len(a.owners), a.ending())
	}
	if first, err = a.marked(world.DefaultAPI, a.owners[0]); err == nil {
		second, err = a.marked(world.DefaultAPI, a.owners[1])
	}
	return first, second, err
}

func (a *Actor) bothChallenged() error {
	if err := a.needs(target.CallsInParallel, target.CanFetch, target.CanRetryNonce); err != nil || a.early != nil {
		return err
	}
	first, second, err := a.forOwners()
	if err != nil {
		return err
	}
	a.gate = newGate(2)
	for _, c := range []*ownCall{first, second} {
		challenge := a.gate.behind(nonceChallenge(toAPI, freshNonce()...))
		if err := a.challengesCall(world.DefaultAPI, c, challenge); err != nil {
			return err
		}
	}
	return a.underWay([]*ownCall{first, second})
}

func (a *Actor) secondMeanwhile() error {
	if err := a.needs(target.CallsInParallel, target.CanFetch, target.CanRetryNonce); err != nil || a.early != nil {
		return err
	}
	first, second, err := a.forOwners()
	if err != nil {
		return err
	}
	challenged := make(chan struct{})
	challenge := nonceChallenge(toAPI, freshNonce()...)
	err = a.challengesCall(world.DefaultAPI, first, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		challenge(w, r, next)
		close(challenged)
	})
	if err != nil {
		return err
	}
	done := make(chan struct{})
	a.whileWaiting = func() { within(done) }
	defer func() { a.whileWaiting = nil }()
	return a.order(toAPI, func() error {
		return a.atOnce(2, func(i int) error {
			if i == 0 {
				return a.makes(first)
			}
			defer close(done)
			within(challenged)
			return a.makes(second)
		})
	})
}

// within waits for something, but not for ever.
func within(happened <-chan struct{}) {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-happened:
	case <-timer.C:
	}
}
