package mutants

import (
	"net/http"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockrs"
)

// atCredential exchanges how the credential endpoint is guarded, and no other path.
func atCredential(guard func(*mockrs.API, http.ResponseWriter, *http.Request)) inAPI {
	return func(c *mockrs.Config) {
		honest := c.Policy.Guard
		c.Policy.Guard = func(a *mockrs.API, w http.ResponseWriter, r *http.Request) {
			if r.URL.EscapedPath() == mockrs.PathCredential {
				guard(a, w, r)
				return
			}
			honest(a, w, r)
		}
	}
}

// issuingBugs are in APIs that issue credentials.
var issuingBugs = []row{
	{id: "RS-210", does: "takes the key proof for the DPoP proof", breaks: ids{"OID4VCI-8-02"}, profile: "haip",
		at: atAPI, change: atCredential(func(a *mockrs.API, w http.ResponseWriter, r *http.Request) {
			if len(r.Header.Values("Dpop")) > 0 {
				mockrs.Guard(a, w, r)
				return
			}
			a.Serve(w, r)
		})},
	{id: "RS-211", does: "judges no proof at the credential endpoint", breaks: ids{"OID4VCI-8-02"}, profile: "haip",
		at: atAPI, change: atCredential(func(a *mockrs.API, w http.ResponseWriter, r *http.Request) {
			if len(r.Header.Values("Authorization")) > 0 && len(r.Header.Values("Dpop")) > 0 {
				a.Serve(w, r)
				return
			}
			mockrs.Guard(a, w, r)
		})},
	{id: "RS-212", does: "lets caches keep c_nonce", breaks: ids{"OID4VCI-7-01"}, profile: "haip",
		change: inAPI(func(c *mockrs.Config) {
			c.Policy.IssuerNonce = func(a *mockrs.API, w http.ResponseWriter) {
				mockrs.IssuerNonce(a, uncontrolled{w})
			}
		})},
	{id: "RS-213", does: "gives DPoP nonces at the nonce endpoint that it does not take", breaks: ids{"OID4VCI-7-02"},
		profile: "haip", change: inAPI(func(c *mockrs.Config) {
			c.Policy.IssuerNonce = func(a *mockrs.API, w http.ResponseWriter) {
				mockrs.IssuerNonce(a, otherNonce{w})
			}
		})},
}

// otherNonce is an answer whose DPoP nonce nobody takes.
type otherNonce struct{ http.ResponseWriter }

func (o otherNonce) Write(text []byte) (int, error) {
	for name := range o.Header() {
		if strings.EqualFold(name, "DPoP-Nonce") {
			o.Header()[name] = []string{dpop.NewID()}
		}
	}
	return o.ResponseWriter.Write(text)
}
