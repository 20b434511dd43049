package mutants

import (
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
)

// refreshBugs are bugs in the binding of refresh tokens and in what a challenge
// does to a grant.
var refreshBugs = []row{
	{id: "AS-022", variant: "every-grant", does: "the refresh token of a public client is not bound",
		breaks: ids{"RFC9449-5-08"}, change: inServer(func(p *mockas.Policy) {
			p.BindRefresh = func(*mockas.Client, string, *mockas.Token) string { return "" }
		})},
	{id: "AS-023", does: "a bound refresh token without a proof gives a Bearer token", breaks: ids{"RFC9449-5-10"},
		change: inServer(func(p *mockas.Policy) {
			honest := p.CheckRefresh
			p.CheckRefresh = func(s *mockas.Server, c *mockas.Call, t *mockas.Token) *mockas.Error {
				if c.Key() == "" {
					return nil
				}
				return honest(s, c, t)
			}
		})},
	{id: "AS-024", does: "the binding is lost with the first rotation", breaks: ids{"RFC9449-5-09"},
		change: inServer(func(p *mockas.Policy) {
			honest := p.BindRefresh
			p.BindRefresh = func(c *mockas.Client, jkt string, previous *mockas.Token) string {
				if previous != nil {
					return ""
				}
				return honest(c, jkt, previous)
			}
		})},
	{id: "AS-025", does: "a refresh compares the key and checks nothing else of the proof", breaks: ids{"RFC9449-5-11"},
		change: glancing(mockas.GrantRefresh)},
	{id: "AS-026", variant: "at-once", does: "a refresh with a new key binds to it", breaks: ids{"RFC9449-5-08"},
		change: inServer(func(p *mockas.Policy) {
			p.CheckRefresh = func(*mockas.Server, *mockas.Call, *mockas.Token) *mockas.Error { return nil }
		})},
	{id: "AS-026", variant: "second-time", does: "a refresh with a new key is refused, and binds the token to that key",
		breaks: ids{"RFC9449-5-08"}, change: inServer(func(p *mockas.Policy) {
			honest := p.CheckRefresh
			var shown sync.Map
			p.CheckRefresh = func(s *mockas.Server, c *mockas.Call, t *mockas.Token) *mockas.Error {
				problem := honest(s, c, t)
				if problem == nil {
					return nil
				}
				if before, _ := shown.Swap(t.Text, c.Key()); c.Key() != "" && before == c.Key() {
					return nil
				}
				return problem
			}
		})},
	{id: "AS-027", does: "the refresh token of a confidential client is bound to its first key",
		breaks: ids{"RFC9449-5-12"}, change: inServer(func(p *mockas.Policy) {
			p.BindRefresh = func(_ *mockas.Client, jkt string, _ *mockas.Token) string { return jkt }
		})},
	{id: "AS-028", variant: "refresh", does: "a nonce challenge burns the refresh token",
		breaks: ids{"RFC9449-8-08", "RFC9449-5-20"}, change: inServer(func(p *mockas.Policy) {
			p.AfterRefusal = func(s *mockas.Server, c *mockas.Call, refusal *dpop.Refusal) {
				if refusal.Code == dpop.UseNonce {
					s.Burn(c.Get("refresh_token"))
				}
			}
		})},
	{id: "AS-028", variant: "code", does: "a nonce challenge burns the code", breaks: ids{"RFC9449-8-08", "RFC9449-5-20"},
		change: inServer(func(p *mockas.Policy) {
			p.AfterRefusal = func(s *mockas.Server, c *mockas.Call, refusal *dpop.Refusal) {
				if refusal.Code == dpop.UseNonce {
					s.Burn(c.Get("code"))
				}
			}
		})},
	{id: "AS-104", does: "a nonce challenge uses the refresh token up", breaks: ids{"RFC9449-8-08", "RFC9449-5-20"},
		change: inServer(func(p *mockas.Policy) {
			p.AfterRefusal = func(s *mockas.Server, c *mockas.Call, refusal *dpop.Refusal) {
				if refusal.Code == dpop.UseNonce {
					s.Burn(c.Get("refresh_token"))
				}
			}
		})},
	{id: "AS-103", does: "the refresh token of a public client is bound only where the access token is",
		breaks: ids{"RFC9449-5-22"}, change: inServer(func(p *mockas.Policy) {
			bound := false
			constrain, bind := p.Constrain, p.BindRefresh
			p.Constrain = func(d mockas.Demand) (_ bool, problem *mockas.Error) {
				bound, problem = constrain(d)
				return bound, problem
			}
			p.BindRefresh = func(c *mockas.Client, jkt string, previous *mockas.Token) string {
				if !bound {
					return ""
				}
				return bind(c, jkt, previous)
			}
		})},
	{id: "AS-052", variant: "bad-proof", does: "a refresh with a bad proof uses the refresh token up",
		breaks: ids{"RFC9449-5-20", "RFC9449-4.3-85"}, change: burning("refresh_token")},
	{id: "AS-052", variant: "code", does: "a bad proof uses the code up", breaks: ids{"RFC9449-5-20"},
		change: burning("code")},
	{id: "AS-052", variant: "confidential", does: "a bad proof uses up the refresh token of a confidential client",
		breaks: ids{"RFC9449-5-20", "RFC9449-4.3-85"}, change: inServer(func(p *mockas.Policy) {
			p.AfterRefusal = func(s *mockas.Server, c *mockas.Call, refusal *dpop.Refusal) {
				if refusal.Code != dpop.UseNonce && c.Client != nil && !c.Client.Public() {
					s.Burn(c.Get("refresh_token"))
				}
			}
		})},
	{id: "AS-052", variant: "access-token", does: "a refresh with a bad proof ends the access token before it",
		breaks: ids{"RFC9449-4.3-85"}, change: inServer(func(p *mockas.Policy) {
			ended := false // until a token is issued again
			accept, kind := p.AcceptToken, p.TokenType
			p.TokenType = func(jkt string) string {
				ended = false
				return kind(jkt)
			}
			p.AfterRefusal = func(_ *mockas.Server, c *mockas.Call, refusal *dpop.Refusal) {
				ended = ended || refusal.Code != dpop.UseNonce && c.Get("refresh_token") != ""
			}
			p.AcceptToken = func(scheme string, t *mockas.Token) *mockas.Error {
				if ended {
					return &mockas.Error{Status: http.StatusUnauthorized, Code: dpop.InvalidToken}
				}
				return accept(scheme, t)
			}
		})},
	{id: "AS-052", variant: "wrong-key", does: "a refresh with another key, or none, uses the refresh token up",
		breaks: ids{"RFC9449-5-20"}, change: inServer(func(p *mockas.Policy) {
			check := p.CheckRefresh
			p.CheckRefresh = func(s *mockas.Server, c *mockas.Call, t *mockas.Token) *mockas.Error {
				problem := check(s, c, t)
				if problem != nil {
					s.Burn(t.Text)
				}
				return problem
			}
		})},
	{id: "AS-065", does: "a look at an access token, before its proof is checked, revokes the refresh token before it",
		breaks: ids{"RFC9449-4.3-85"}, change: inServer(func(p *mockas.Policy) {
			check, accept := p.CheckRefresh, p.AcceptToken
			var burn atomic.Pointer[func()] // what revokes the newest
			p.CheckRefresh = func(s *mockas.Server, c *mockas.Call, t *mockas.Token) *mockas.Error {
				newest := t.Text
				revoke := func() { s.Burn(newest) }
				burn.Store(&revoke)
				return check(s, c, t)
			}
			p.AcceptToken = func(scheme string, t *mockas.Token) *mockas.Error {
				if revoke := burn.Load(); revoke != nil {
					(*revoke)()
				}
				return accept(scheme, t)
			}
		})},
}

// burning makes the named credential of a request useless when its proof is refused
// for anything but a nonce.
func burning(parameter string) inServer {
	return func(p *mockas.Policy) {
		p.AfterRefusal = func(s *mockas.Server, c *mockas.Call, refusal *dpop.Refusal) {
			if refusal.Code != dpop.UseNonce {
				s.Burn(c.Get(parameter))
			}
		}
	}
}
