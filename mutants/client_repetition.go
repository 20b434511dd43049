package mutants

import (
	"net/http"
	"sync/atomic"

	"github.com/dpopspec/dpopspec/client"
	"github.com/dpopspec/dpopspec/dpop"
)

// clientRepetitionBugs are about requests that go out once more, where no challenge
// asks for it.
var clientRepetitionBugs = []row{
	{id: "CL-214", variant: "refused", does: "repeats what was refused as invalid_token, with the same proof",
		breaks: ids{"RFC9449-4-01"}, change: sameProofAfter(func(a *client.Answer) bool {
			return a.Refused(dpop.InvalidToken)
		})},
	{id: "CL-214", variant: "status", does: "answers use_dpop_nonce with the status 403 by the same proof",
		breaks: ids{"RFC9449-4-01"}, change: sameProofAfter(func(a *client.Answer) bool {
			return a.Status == http.StatusForbidden && asksForNonce(a)
		})},
	{id: "CL-215", does: "goes on with another token after invalid_token, and with the hash of the refused one",
		breaks: ids{"RFC9449-7-02"}, change: inClient(func(p *client.Policy) {
			var refused, hash word
			p.Renews = func(a *client.Answer) bool {
				again := a.Proved && a.Refused(dpop.InvalidToken)
				if again {
					refused.Set(hash.Get())
				}
				return again
			}
			redraft(func(r client.ProofRequest, d *dpop.Draft) {
				if r.AccessToken == "" {
					return
				}
				if old := refused.Get(); old != "" {
					d.Claims.Set("ath", old)
				}
				hash.Set(dpop.TokenHash(r.AccessToken))
			})(p)
		})},
	{id: "CL-216", does: "calls APIs without any credentials", breaks: ids{"RFC9449-7-01"},
		change: inClient(func(p *client.Policy) {
			honest := p.Present
			p.Present = func(r *http.Request, c client.Credentials) {
				if c.Token != "" {
					c = client.Credentials{}
				}
				honest(r, c)
			}
		})},
}

// sameProofAfter repeats a request after such an answer as it was.
func sameProofAfter(such func(*client.Answer) bool) inClient {
	return func(p *client.Policy) {
		var again atomic.Bool
		demands(func(a *client.Answer, honest bool) bool {
			again.Store(!honest && a.Proved && a.NonceUsable && such(a))
			return honest || again.Load()
		})(p)
		honest := p.Sign
		p.Sign = func(r client.ProofRequest, d dpop.Draft) (string, error) {
			if r.Previous != nil && again.Load() {
				return r.Previous.Text, nil
			}
			return honest(r, d)
		}
	}
}
