package runner

import (
	"slices"

	"github.com/dpopspec/dpopspec/features"
)

// telling are the features whose cases are played in surroundings, and how many
// at each endpoint: of each kind of check some, and the more the more a clock, a
// nonce or a memory has to do with it.
var telling = map[string]int{
	"proof-algorithm.feature": 2, "proof-binding.feature": 2, "proof-claims.feature": 2, "proof-field.feature": 2,
	"proof-form.feature": 1, "proof-header.feature": 2, "proof-key.feature": 2, "proof-method.feature": 3,
	"proof-refusal.feature": 2, "proof-replay.feature": 3, "proof-signature.feature": 2, "proof-target.feature": 2,
	"proof-time.feature": 6, "proof-token-hash.feature": 2, "proof-variations.feature": 2,
	"api-binding.feature": 2, "api-credentials.feature": 2, "api-downgrade.feature": 2, "as-token.feature": 3,
	"as-refresh.feature": 2, "as-code.feature": 2,
}

// ofClients are the features that are played where a client is real.
var ofClients = map[string]int{"client-proof.feature": 8, "client-nonce.feature": 8, "client-fetch.feature": 8}

// sampled is the plan of a few of its cases, evenly spread over each feature at
// each endpoint. It counts as a whole plan.
func (p *Plan) sampled() *Plan {
	type place struct{ feature, endpoint string }
	groups := map[place][]*Case{}
	for _, c := range p.Cases {
		at := place{c.Feature, c.Endpoint}
		if c.Skip == "" && (c.Endpoint != features.PAREndpoint) {
			groups[at] = append(groups[at], c)
		}
	}
	chosen := map[*Case]bool{}
	for at, cases := range groups {
		n := min(max(telling[at.feature], ofClients[at.feature]), len(cases))
		for i := range n {
			chosen[cases[i*len(cases)/n]] = true
		}
	}
	return p.only(func(c *Case) bool { return chosen[c] })
}

// only is the plan of those of its cases.
func (p *Plan) only(keep func(*Case) bool) *Plan {
	narrowed := *p
	narrowed.Cases = slices.DeleteFunc(slices.Clone(p.Cases), func(c *Case) bool { return !keep(c) })
	return &narrowed
}
