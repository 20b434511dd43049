package mutants

import (
	"net/http"
	"sync"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
)

// firsts keeps of each connection what was found of the first request that was granted.
type firsts[T any] struct{ known sync.Map }

// of returns what is kept of the connection of a request, or else its own.
func (f *firsts[T]) of(r *http.Request, own T) T {
	if first, found := f.known.Load(r.RemoteAddr); found {
		return first.(T)
	}
	return own
}

func (f *firsts[T]) keep(r *http.Request, value T) { f.known.LoadOrStore(r.RemoteAddr, value) }

// connectionBugs are bugs of those who take a connection for a person.
var connectionBugs = []row{
	{id: "RS-103", does: "takes the key of the first token of a connection for that of each",
		breaks: ids{"RFC9449-6-01", "RFC9449-6-03", "RFC9449-7.1-03"},
		change: inAPI(func(c *mockrs.Config) {
			honest, first := c.Policy.Proven, &firsts[mockrs.Confirmation]{}
			c.Policy.Proven = func(
				a *mockrs.API, r *http.Request, cred dpop.Credentials, t *mockrs.Token,
			) *mockrs.Failure {
				copied := *t
				copied.Confirmation = first.of(r, t.Confirmation)
				failure := honest(a, r, cred, &copied)
				if failure == nil {
					first.keep(r, copied.Confirmation)
				}
				return failure
			}
		})},
	{id: "RS-103", does: "takes the key of the first token of a connection for that of each",
		breaks: ids{"RFC9449-6-01", "RFC9449-6-03", "RFC9449-7.1-03"}, at: atUserinfo,
		change: inServer(func(p *mockas.Policy) {
			var now *http.Request
			var first firsts[string]
			around(mockas.PathUserinfo, func(w http.ResponseWriter, r *http.Request, honest http.HandlerFunc) {
				now = r // the requests of a case come one by one
				honest(w, r)
			})(p)
			honest := p.Userinfo.Judge
			p.Userinfo.Judge = func(v *dpop.Verifier, r dpop.Request, from mockas.Sender) (*dpop.Proof, *dpop.Refusal) {
				r.Bound = first.of(now, r.Bound)
				proof, refusal := honest(v, r, from)
				if refusal == nil {
					first.keep(now, r.Bound)
				}
				return proof, refusal
			}
		})},
	{id: "RS-104", does: "tells each who calls on a connection of the person who called first",
		breaks: ids{"RFC9449-6-01"}, at: atUserinfo, change: inServer(func(p *mockas.Policy) {
			var first firsts[string]
			around(mockas.PathUserinfo, func(w http.ResponseWriter, r *http.Request, honest http.HandlerFunc) {
				kept := &keeper{ResponseWriter: w, status: http.StatusOK}
				honest(kept, r)
				if body, err := dpop.ParseObject(kept.body); err == nil && body.Has("sub") {
					sub, _ := body.Text("sub")
					body.Set("sub", first.of(r, sub))
					first.keep(r, sub)
					kept.body = body.JSON()
				}
				w.WriteHeader(kept.status)
				w.Write(kept.body)
			})(p)
		})},
}
