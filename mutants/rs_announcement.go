package mutants

import (
	"encoding/json"
	"net/http"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockrs"
)

// announcementBugs are bugs in what an API says of itself and lets browsers
// read.
var announcementBugs = []apiBug{
	{"RS-044", "scripts of other origins can read neither challenge nor nonce", rfc9449("7.1-16", "8-13"),
		cors(func(h http.Header) { h.Del("Access-Control-Expose-Headers") })},
	{"RS-044", "scripts of other origins can read the nonce, not the challenge", rfc9449("7.1-16", "8-13"),
		cors(func(h http.Header) { h.Set("Access-Control-Expose-Headers", "DPoP-Nonce") })},
	{"RS-045", "the metadata says that bound tokens are required, and Bearer works", []string{"RFC9728-2-02", "RFC9728-2-03"},
		func(c *mockrs.Config) {
			c.Mode = mockrs.Allowed
			described(func(m *dpop.Object) { m.Set("dpop_bound_access_tokens_required", true) })(c)
		}},
	{"RS-045", "the metadata does not say that bound tokens are required, and Bearer is refused", []string{"RFC9728-2-02", "RFC9728-2-03"},
		func(c *mockrs.Config) {
			c.Mode = mockrs.Required
			described(func(m *dpop.Object) { m.Delete("dpop_bound_access_tokens_required") })(c)
		}},
	{"RS-046", "the metadata names an algorithm that is refused", []string{"RFC9728-2-01"},
		described(listedAlgorithms(func(list []string) []string { return append(list, "PS512") }))},
	{"RS-046", "the metadata leaves out an algorithm that the challenge names", []string{"RFC9728-2-01"},
		described(listedAlgorithms(func(list []string) []string { return list[:1] }))},
}

// cors changes the fields for browsers after the honest ones were set.
func cors(change func(http.Header)) func(*mockrs.Config) {
	return apiPolicy(func(p *mockrs.Policy) {
		honest := p.CORS
		p.CORS = func(h http.Header, r *http.Request) {
			honest(h, r)
			change(h)
		}
	})
}

// described changes the honest metadata.
func described(change func(*dpop.Object)) func(*mockrs.Config) {
	return apiPolicy(func(p *mockrs.Policy) {
		honest := p.Metadata
		p.Metadata = func(a *mockrs.API) dpop.Object {
			m := honest(a)
			change(&m)
			return m
		}
	})
}

func listedAlgorithms(change func([]string) []string) func(*dpop.Object) {
	const name = "dpop_signing_alg_values_supported"
	return func(m *dpop.Object) {
		var list []string
		value, _ := m.Get(name)
		if json.Unmarshal(value, &list) == nil {
			m.Set(name, change(list))
		}
	}
}
