package mutants

import (
	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
)

// refreshFaults are bugs in the binding of refresh tokens and in what a
// challenge does to a grant.
var refreshFaults = []fault{
	{"AS-022", "the refresh token of a public client is not bound", []string{"RFC9449-5-08"}, func(p *mockas.Policy) {
		p.BindRefresh = func(*mockas.Client, string, *mockas.Token) string { return "" }
	}},
	{"AS-023", "a bound refresh token without a proof gives a Bearer token", []string{"RFC9449-5-10"}, func(p *mockas.Policy) {
		honest := p.CheckRefresh
		p.CheckRefresh = func(t *mockas.Token, jkt string) *mockas.Error {
			if jkt == "" {
				return nil
			}
			return honest(t, jkt)
		}
	}},
	{"AS-024", "the binding is lost with the first rotation", []string{"RFC9449-5-09"}, func(p *mockas.Policy) {
		honest := p.BindRefresh
		p.BindRefresh = func(c *mockas.Client, jkt string, previous *mockas.Token) string {
			if previous != nil {
				return ""
			}
			return honest(c, jkt, previous)
		}
	}},
	{"AS-025", "a refresh compares the key and checks nothing else of the proof", []string{"RFC9449-5-11"}, func(p *mockas.Policy) {
		honest := p.Token.Judge
		p.Token.Judge = func(v *dpop.Verifier, r dpop.Request, from mockas.Sender) (*dpop.Proof, *dpop.Refusal) {
			if from.Grant != mockas.GrantRefresh {
				return honest(v, r, from)
			}
			if proof := unjudged(v, r); proof != nil {
				return proof, nil
			}
			return honest(v, r, from)
		}
	}},
	{"AS-026", "a refresh with a new key binds to it", []string{"RFC9449-5-08"}, func(p *mockas.Policy) {
		p.CheckRefresh = func(*mockas.Token, string) *mockas.Error { return nil }
	}},
	{"AS-027", "the refresh token of a confidential client is bound to its first key", []string{"RFC9449-5-12"}, func(p *mockas.Policy) {
		p.BindRefresh = func(_ *mockas.Client, jkt string, _ *mockas.Token) string { return jkt }
	}},
	{"AS-028", "a nonce challenge burns the code", []string{"RFC9449-8-08", "RFC9449-5-20"}, func(p *mockas.Policy) {
		p.AfterRefusal = func(s *mockas.Server, c *mockas.Call, refusal *dpop.Refusal) {
			if refusal.Code == dpop.UseNonce {
				s.Burn(c.Get("code"))
			}
		}
	}},
}
