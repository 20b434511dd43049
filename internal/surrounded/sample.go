package surrounded

import (
	"strings"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/runner"
)

// telling are the features whose cases are played in surroundings, and how many
// scenarios of each at each endpoint: some of each kind of check, more where a
// clock, a memory, a token or the words of an answer have to do with it.
var telling = map[string]int{
	"proof-algorithm.feature": 3, "proof-binding.feature": 3, "proof-claims.feature": 4, "proof-field.feature": 3,
	"proof-form.feature": 2, "proof-header.feature": 3, "proof-key.feature": 3, "proof-method.feature": 4,
	"proof-refusal.feature": 4, "proof-replay.feature": 4, "proof-signature.feature": 3, "proof-target.feature": 5,
	"proof-time.feature": 8, "proof-token-hash.feature": 4, "proof-variations.feature": 3, "thumbprint.feature": 2,
	"api-binding.feature": 6, "api-challenge.feature": 4, "api-credentials.feature": 4, "api-downgrade.feature": 4,
	"as-token.feature": 15, "as-refresh.feature": 6, "as-code.feature": 5, "as-introspection.feature": 4,
}

// ofClients are the same where a client is real.
var ofClients = map[string]int{"client-proof.feature": 8, "client-nonce.feature": 8, "client-fetch.feature": 8}

// sampled is the plan of a few of its cases: one of each scenario, of so many
// scenarios of each feature at each endpoint, evenly spread.
func sampled(p *runner.Plan, number map[string]int) *runner.Plan {
	type place struct{ feature, endpoint string }
	scenarios := map[place][]*runner.Case{}
	last := map[place]string{}
	for _, c := range p.Cases {
		at := place{c.Feature, c.Endpoint}
		if c.Skip != "" || c.Endpoint == features.PAREndpoint || last[at] == scenarioID(c) {
			continue
		}
		last[at] = scenarioID(c)
		scenarios[at] = append(scenarios[at], c)
	}
	chosen := map[*runner.Case]bool{}
	for at, cases := range scenarios {
		n := min(number[at.feature], len(cases))
		for i := range n {
			chosen[cases[i*len(cases)/n]] = true
		}
	}
	return p.Only(func(c *runner.Case) bool { return chosen[c] })
}

// scenarioID is the part of a case's id that its scenario has in common with
// every row of its examples.
func scenarioID(c *runner.Case) string {
	parts := strings.SplitN(c.ID, "/", 3)
	return strings.Join(parts[:min(2, len(parts))], "/")
}
