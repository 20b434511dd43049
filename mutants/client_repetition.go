package mutants

import (
	"net/http"
	"slices"
	"strings"
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
	{id: "CL-054", variant: "refused-code", does: "repeats what is refused as invalid_grant if a nonce comes with it",
		breaks: ids{"RFC9449-8-15"}, change: demands(func(a *client.Answer, honest bool) bool {
			return honest || a.Proved && a.Refused("invalid_grant") && a.NonceUsable
		})},
	{id: "CL-054", variant: "refused-refresh", does: "repeats a refresh that is refused with a nonce",
		breaks: ids{"RFC9449-8-18"}, change: demands(func(a *client.Answer, honest bool) bool {
			return honest || a.Proved && a.Grant == "refresh_token" && a.Status >= 400 && a.NonceUsable
		})},
	{id: "CL-054", variant: "pushed", does: "repeats any pushed request that is refused with a nonce",
		breaks: ids{"RFC9449-8-18"}, change: demands(func(a *client.Answer, honest bool) bool {
			return honest || a.Proved && a.Purpose == client.ForPAR && a.Status >= 400 && a.NonceUsable
		})},
	{id: "CL-054", variant: "any-401", does: "repeats after any 401 that brings a nonce",
		breaks: ids{"RFC9449-8-18"}, change: demands(func(a *client.Answer, honest bool) bool {
			return honest || a.Proved && a.Status == http.StatusUnauthorized && a.NonceUsable
		})},
	{id: "CL-058", variant: "of-a-body", does: "repeats because the error_description of a body speaks of use_dpop_nonce",
		breaks: ids{"RFC9449-7.1-15", "RFC9449-8-15"}, change: demands(func(a *client.Answer, honest bool) bool {
			body, err := dpop.ParseObject(a.Body)
			if err != nil {
				return honest
			}
			text, _ := body.Text("error_description")
			return honest || a.Proved && strings.Contains(text, dpop.UseNonce)
		})},
	{id: "CL-056", variant: "substring-of-a-body", does: "looks for the words anywhere in what the server answers",
		breaks: ids{"RFC9449-7.1-15", "RFC9449-8-15"}, change: wordsAnywhere(func(client.Purpose) bool { return true })},
	{id: "CL-056", variant: "substring-when-pushed", does: "looks for the words anywhere in answers to pushed requests",
		breaks: ids{"RFC9449-8-15"}, change: wordsAnywhere(func(p client.Purpose) bool { return p == client.ForPAR })},
	{id: "CL-056", variant: "beginning", does: "takes an error that begins with use_dpop_nonce for it",
		breaks: ids{"RFC9449-7.1-15", "RFC9449-8-15"}, change: demands(func(a *client.Answer, honest bool) bool {
			begins := func(code string) bool { return strings.HasPrefix(code, dpop.UseNonce) }
			return honest || a.Proved && (begins(a.OAuthCode()) || slices.ContainsFunc(a.Challenges,
				func(c dpop.Challenge) bool {
					code, _ := c.Get("error")
					return c.Is(dpop.Scheme) && begins(code)
				}))
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

// wordsAnywhere takes an answer to such a request for a challenge if use_dpop_nonce
// stands somewhere in its body.
func wordsAnywhere(at func(client.Purpose) bool) inClient {
	return demands(func(a *client.Answer, honest bool) bool {
		return honest || a.Proved && at(a.Purpose) && a.NonceUsable && strings.Contains(string(a.Body), dpop.UseNonce)
	})
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
