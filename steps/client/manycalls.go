package client

import (
	"net/http"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

func manyCallSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Actor](v)
	g.When(`^the client fetches from the API (\d+) times$`, (*Actor).fetchesTimes,
		"Lets the client call the API so many times, one after the other.",
		"When the client fetches from the API 3 times")
	g.When(`^the client fetches from the API (\d+) times, several at a time if it can be driven so$`,
		(*Actor).fetchesSeveralAtATime,
		"Lets the client call the API so many times, four calls at a time if the client names parallel; the report says "+
			"where they go one after the other. The API judges none.",
		"When the client fetches from the API 40 times, several at a time if it can be driven so")
	g.When(`^the client fetches from the API until a signature begins with zeros$`, (*Actor).fetchesUntilZeros,
		"Lets the client call the API until r or s of a proof's ECDSA signature begins with a zero octet, one in 128.",
		"When the client fetches from the API until a signature begins with zeros")
	g.When(`^the client is challenged (\d+) times$`, (*Actor).challengedTimes,
		"Lets the client call the API so many times; each call is challenged once for a new nonce.",
		"When the client is challenged 60 times")
	g.When(`^an hour passes for the client$`, (*Actor).hourPasses,
		"Moves the clock of the client and of the servers by an hour.",
		"When an hour passes for the client")
}

func (a *Actor) fetchesTimes(count int) error {
	for range count {
		if err := a.fetch(fetchOf("GET", "/orders")); err != nil {
			return err
		}
	}
	return nil
}

func (a *Actor) fetchesSeveralAtATime(count int) error {
	if err := a.everyCallSucceeds(); err != nil {
		return err
	}
	if err := a.holding(); err != nil || a.early != nil {
		return err
	}
	err := a.order(toAPI, func() error {
		const workers = 4
		return a.atOnce(workers, func(i int) error { return a.fetchMany((count + i) / workers) })
	})
	if a.problem != nil {
		a.early = a.problem // of so many proofs, most were never made
	}
	return err
}

// manyProofs bounds the search: that none of so many signatures begins with
// zeros has a chance of one in a hundred thousand.
const manyProofs = 1500

func (a *Actor) fetchesUntilZeros() error {
	if err := a.everyCallSucceeds(); err != nil {
		return err
	}
	if err := a.holding(); err != nil || a.early != nil {
		return err
	}
	const batch = 50
	for range manyProofs / batch {
		a.isAsked(toAPI)
		a.markSent()
		if err := a.outcome(a.fetchMany(batch)); err != nil || a.problem != nil {
			a.early = a.problem
			return err
		}
		for _, p := range proofsIn(a.sentNow(toAPI)) {
			signature, err := p.signature()
			if !strings.HasPrefix(p.algorithm(), "ES") || err != nil {
				return world.NotApplicablef("the client signs with %s", p.algorithm())
			}
			half := len(signature) / 2
			if len(signature)%2 != 0 || signature[0] == 0 || signature[half] == 0 || half != 32 {
				return nil
			}
		}
	}
	return world.Inconclusivef("none of %d signatures began with zeros", manyProofs)
}

func (a *Actor) challengedTimes(count int) error {
	if err := a.needs(target.InProcess); err != nil {
		return err
	}
	newest := ""
	err := a.plays(toAPI, always, func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
		if _, claims, err := readProof(strings.Join(r.Header["Dpop"], "")); err == nil {
			if nonce, _ := claims.Text("nonce"); nonce == newest && newest != "" {
				newest = "" // the next call is challenged again
				rw.WriteHeader(http.StatusOK)
				return
			}
		}
		newest = dpop.NewID()
		nonceChallenge(toAPI, newest)(rw, r, next)
	})
	if err != nil {
		return err
	}
	if err := a.holding(); err != nil || a.early != nil {
		return err
	}
	a.isAsked(toAPI)
	return a.outcome(a.fetchMany(count))
}

func (a *Actor) hourPasses() error {
	if err := a.needs(target.InProcess); err != nil {
		return err
	}
	a.Clock.Advance(time.Hour)
	return nil
}
