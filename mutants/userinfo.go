package mutants

import (
	"errors"
	"net/http"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/mockas"
)

// userinfoFaults are bugs of resource servers at the one that belongs to the
// authorization server.
var userinfoFaults = []fault{
	{"RS-003", "downgrade check only for the exact spelling Bearer", rfc9449("7.2-04"), func(p *mockas.Policy) {
		honest := p.AcceptToken
		p.AcceptToken = func(scheme string, t *mockas.Token) *mockas.Error {
			if strings.EqualFold(scheme, "Bearer") && scheme != "Bearer" {
				return nil
			}
			return honest(scheme, t)
		}
	}},
	{"RS-007", "the end of the thumbprint is compared", rfc9449("4.3-80"), func(p *mockas.Policy) {
		p.Userinfo.Adjust = func(v *dpop.Verifier) {
			v.Replace("binding", func(p *dpop.Verification) error {
				if len(p.Bound) < 43 || p.Bound[20:] != p.Proof.Thumbprint[20:] {
					return errors.New("the access token is bound to another key")
				}
				return nil
			})
		}
	}},
	{"RS-014", "cnf.jkt is taken from the proof", rfc9449("4.3-79"), func(p *mockas.Policy) {
		p.Userinfo.Adjust = func(v *dpop.Verifier) {
			honest := v.Check("binding")
			v.Replace("binding", func(p *dpop.Verification) error {
				if jkt, err := p.Proof.Claims.Text("jkt"); err == nil && jkt == p.Bound {
					return nil
				}
				return honest(p)
			})
		}
	}},
	{"RS-028", "the error stands at every scheme", rfc9449("7.2-07"), func(p *mockas.Policy) {
		honest := p.WriteError
		p.WriteError = func(w http.ResponseWriter, e *mockas.Error) {
			both := *e
			both.Challenges = nil
			for _, c := range e.Challenges {
				if _, has := c.Get("error"); !has && e.Code != "" {
					c = c.With("error", e.Code)
				}
				both.Challenges = append(both.Challenges, c)
			}
			honest(w, &both)
		}
	}},
	{"RS-044", "scripts of other origins can read neither challenge nor nonce", rfc9449("7.1-16", "8-13"), func(p *mockas.Policy) {
		hidden(p, mockas.PathUserinfo, func(int) bool { return true }, "Access-Control-Expose-Headers")
	}},
}

func userinfos() []Mutant {
	var list []Mutant
	for _, f := range userinfoFaults {
		list = append(list, Mutant{
			ID: f.id, Group: AuthorizationServer, Endpoint: features.UserinfoEndpoint, Does: f.does, Breaks: f.breaks, Parts: f.parts(),
		})
	}
	return list
}
