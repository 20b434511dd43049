package mutants

import (
	"encoding/json"
	"net/http"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockrs"
)

// announcementBugs are bugs in what an API says of itself and lets browsers
// read.
var announcementBugs = []row{
	{id: "RS-044", variant: "nothing-exposed", does: "scripts of other origins can read neither challenge nor nonce",
		breaks: ids{"RFC9449-7.1-16", "RFC9449-8-13"},
		change: cors(func(h http.Header) { h.Del("Access-Control-Expose-Headers") })},
	{id: "RS-044", variant: "nonce-alone", does: "scripts of other origins can read the nonce, not the challenge",
		breaks: ids{"RFC9449-7.1-16", "RFC9449-8-13"},
		change: cors(func(h http.Header) { h.Set("Access-Control-Expose-Headers", "DPoP-Nonce") })},
	{id: "RS-045", variant: "says-required", does: "the metadata says that bound tokens are required, and Bearer works",
		breaks: ids{"RFC9728-2-02"}, change: inAPI(func(c *mockrs.Config) {
			c.Mode = mockrs.Allowed
			described(func(m *dpop.Object) { m.Set("dpop_bound_access_tokens_required", true) })(c)
		})},
	{id: "RS-045", variant: "says-nothing",
		does:   "the metadata does not say that bound tokens are required, and Bearer is refused",
		breaks: ids{"RFC9728-2-03"},
		change: inAPI(func(c *mockrs.Config) {
			c.Mode = mockrs.Required
			described(func(m *dpop.Object) { m.Delete("dpop_bound_access_tokens_required") })(c)
		})},
	{id: "RS-046", variant: "refused-algorithm", does: "the metadata names an algorithm that is refused",
		breaks: ids{"RFC9728-2-01"},
		change: described(listing(func(list []string) []string { return append(list, "PS512") }))},
	{id: "RS-046", variant: "missing-algorithm", does: "the metadata leaves out an algorithm that the challenge names",
		breaks: ids{"RFC9728-2-01"}, change: described(listing(func(list []string) []string { return list[:1] }))},
}

// listing changes the list of algorithms in the metadata.
func listing(change func([]string) []string) func(*dpop.Object) {
	const name = "dpop_signing_alg_values_supported"
	return func(m *dpop.Object) {
		var list []string
		value, _ := m.Get(name)
		if json.Unmarshal(value, &list) == nil {
			m.Set(name, change(list))
		}
	}
}
