package mutants

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/target"
)

// methodBugs compare htm with what would override the method of a request.
var methodBugs = []row{
	{id: "PV-165", variant: "field", does: "compares htm with the method that X-HTTP-Method-Override names",
		breaks: ids{"RFC9449-4.3-44"}, at: withoutToken, change: overridable(func(r *http.Request) string {
			return r.Header.Get("X-HTTP-Method-Override")
		})},
	{id: "PV-165", variant: "query", does: "compares htm with the method that the parameter _method names",
		breaks: ids{"RFC9449-4.3-44"}, at: withoutToken, change: overridable(func(r *http.Request) string {
			return r.URL.Query().Get("_method")
		})},
	{id: "PV-165", variant: "form", does: "compares htm with the method that the form field _method names",
		breaks: ids{"RFC9449-4.3-44"}, at: withoutToken, change: overridable(func(r *http.Request) string {
			body, _ := io.ReadAll(r.Body) // a body cut short is the next reader's to refuse
			r.Body = io.NopCloser(strings.NewReader(string(body)))
			form, _ := url.ParseQuery(string(body))
			return form.Get("_method")
		})},
}

// instanceBugs are those of an authorization server whose instances do not tell each
// other what they know.
var instanceBugs = []row{
	{id: "PV-132", variant: "as-instances", does: "each instance of the server takes only the nonces that it gave itself",
		breaks: ids{"RFC9449-8-17"}, at: asEndpoints, change: inConfig(func(c *mockas.Config) {
			c.NonceSource = dpop.NewNonceWindow(usual, clockOf(c))
		})},
	{id: "PV-166", variant: "as-instances", does: "each instance remembers the proofs that it has seen itself",
		breaks: ids{"RFC9449-11.1-02", "RFC9449-11.1-03"}, at: asEndpoints, change: inConfig(func(c *mockas.Config) {
			c.Replays = dpop.NewReplayMemory(clockOf(c))
		})},
}

// clockOf is the clock of a server, which need not have been given one.
func clockOf(c *mockas.Config) func() time.Time {
	if c.Clock == nil {
		return time.Now
	}
	return c.Clock
}

// overridable lets something in a request of the token or PAR endpoint name its method.
// The requests of a case come one by one.
type overridable func(*http.Request) string

func (overridable) endpoints() []string { return withoutToken }

func (named overridable) parts(endpoint string) (target.Parts, error) {
	path := map[string]string{features.TokenEndpoint: mockas.PathToken, features.PAREndpoint: mockas.PathPAR}[endpoint]
	return inServer(func(p *mockas.Policy) {
		method := ""
		around(path, func(w http.ResponseWriter, r *http.Request, honest http.HandlerFunc) {
			method = named(r)
			honest(w, r)
		})(p)
		gate := &p.Token
		if endpoint == features.PAREndpoint {
			gate = &p.PAR
		}
		honest := gate.Judge
		gate.Judge = func(v *dpop.Verifier, r dpop.Request, from mockas.Sender) (*dpop.Proof, *dpop.Refusal) {
			if method != "" {
				r.Method = method
			}
			return honest(v, r, from)
		}
	}).parts(endpoint)
}
