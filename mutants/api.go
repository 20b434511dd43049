package mutants

import (
	"net/http"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockrs"
)

// challenged changes the honest challenges of a refusal.
func challenged(change func(*mockrs.API, *mockrs.Failure, []dpop.Challenge) []dpop.Challenge) inAPI {
	return func(c *mockrs.Config) {
		honest := c.Policy.Challenges
		c.Policy.Challenges = func(a *mockrs.API, f *mockrs.Failure) []dpop.Challenge {
			return change(a, f, honest(a, f))
		}
	}
}

// eachParameter changes or drops the parameters of challenges.
func eachParameter(list []dpop.Challenge, change func(dpop.Parameter) (p dpop.Parameter, keep bool)) []dpop.Challenge {
	changed := make([]dpop.Challenge, len(list))
	for i, c := range list {
		changed[i] = dpop.Challenge{Scheme: c.Scheme, Token68: c.Token68}
		for _, p := range c.Parameters {
			if p, keep := change(p); keep {
				changed[i] = changed[i].With(p.Name, p.Value)
			}
		}
	}
	return changed
}

// cors changes the fields for browsers after the honest ones were set.
func cors(change func(http.Header)) inAPI {
	return func(c *mockrs.Config) {
		honest := c.Policy.CORS
		c.Policy.CORS = func(h http.Header, r *http.Request) {
			honest(h, r)
			change(h)
		}
	}
}

// described changes the honest metadata.
func described(change func(*dpop.Object)) inAPI {
	return func(c *mockrs.Config) {
		honest := c.Policy.Metadata
		c.Policy.Metadata = func(a *mockrs.API) dpop.Object {
			m := honest(a)
			change(&m)
			return m
		}
	}
}
