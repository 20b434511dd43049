package client

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
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
			"challenged once, with a nonce of its own, the calls of a second API once those of the first are repeated.",
		"When the client has 20 calls of the API under way when it is challenged")
	g.When(`^the client calls for both at once, and each is challenged$`, (*Actor).bothChallenged,
		"Lets the client make a call for each of two owners. Both are under way before each is challenged once.",
		"When the client calls for both at once, and each is challenged")
	g.When(`^the client calls for the second while the first waits for its repetition$`, (*Actor).secondMeanwhile,
		"Lets the client make a call for the second owner once the one for the first has been challenged: a client that "+
			"takes retry_options waits that long before it repeats. Another one repeats at once, and so its first call is "+
			"challenged when the second has come.",
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
	err := a.order(toAPI, func() error {
		return a.atOnce(len(calls), func(i int) error { return a.makes(calls[i]) })
	})
	a.countTogether("call")
	return err
}

// countTogether notes whether two requests of a kind were behind the gate at once.
func (a *Actor) countTogether(kind string) {
	if a.gate.together() < 2 {
		a.parted = "the client sends one " + kind + " after the other: it never had two under way at the same time"
	}
}

// together gives up a pass that was not earned: of a client whose requests came one
// after the other it shows nothing that a scenario says of what is under way at once.
// What is wrong with a request by itself stands.
func (a *Actor) together(outcome error) error {
	if outcome != nil || a.parted == "" {
		return outcome
	}
	return world.NotApplicablef("%s, so nothing was to be seen; each by itself was sound", a.parted)
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
	turn := make(chan struct{}) // of an API to challenge
	close(turn)
	var calls []*ownCall
	for _, name := range names {
		if err := a.shareTokens(name); err != nil {
			return err
		}
		next := make(chan struct{})
		repeated := new(atomic.Int32)
		for range count {
			c, err := a.marked(name, nil)
			if err != nil {
				return err
			}
			err = a.reactsToCall(name, c, a.gate.behind(inTurn(turn, nonceChallenge(toAPI, freshNonce()...))))
			if err != nil {
				return err
			}
			err = a.reactsToCall(name, c, func(w http.ResponseWriter, r *http.Request, api http.Handler) {
				if repeated.Add(1) == int32(count) {
					close(next)
				}
				api.ServeHTTP(w, r)
			})
			if err != nil {
				return err
			}
			calls = append(calls, c)
		}
		turn = next
	}
	return a.underWay(calls)
}

// inTurn lets a server react so once it is its turn.
func inTurn(turn <-chan struct{}, play reaction) reaction {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		within(r.Context(), turn)
		play(w, r, next)
	}
}

// reactsToCall lets an API react once so to the requests of a call.
func (a *Actor) reactsToCall(api string, c *ownCall, play reaction) error {
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
		if err := a.reactsToCall(world.DefaultAPI, c, challenge); err != nil {
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
	begun, came := make(chan struct{}), make(chan struct{}) // the first call, the second
	challenge := nonceChallenge(toAPI, freshNonce()...)
	err = a.reactsToCall(world.DefaultAPI, first, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if a.hello.Can(target.HasRetryOptions) {
			defer close(begun)
		} else {
			close(begun)
			within(r.Context(), came)
		}
		challenge(w, r, next)
	})
	if err != nil {
		return err
	}
	err = a.reactsToCall(world.DefaultAPI, second, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		close(came)
		next.ServeHTTP(w, r)
	})
	if err != nil {
		return err
	}
	done := make(chan struct{})
	a.whileWaiting = func() { within(a.Context, done) }
	defer func() { a.whileWaiting = nil }()
	err = a.order(toAPI, func() error {
		return a.atOnce(2, func(i int) error {
			if i == 0 {
				return a.makes(first)
			}
			defer close(done)
			within(a.Context, begun)
			return a.makes(second)
		})
	})
	if !a.cameBetween(first, second) {
		a.parted = "the client had repeated its first call before the second one came"
	}
	return err
}

// cameBetween reports whether a call came after another one, and before that was
// repeated.
func (a *Actor) cameBetween(first, second *ownCall) bool {
	one, other := a.sentFor(first), a.sentFor(second)
	if len(one) == 0 || len(other) == 0 {
		return false
	}
	return one[0].Arrival < other[0].Arrival && (len(one) == 1 || other[0].Arrival < one[1].Arrival)
}

// within waits for something, but not for ever.
func within(ctx context.Context, happened <-chan struct{}) {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-happened:
	case <-ctx.Done():
	case <-timer.C:
	}
}
