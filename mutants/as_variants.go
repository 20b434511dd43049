package mutants

import (
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
)

// variantFault is a fault that hides from some of the requests that would show
// it: the bug of a code path that only some grants or clients take.
type variantFault struct {
	fault
	variant string
}

// hiddenFaults are variants of bugs that others have everywhere.
var hiddenFaults = []variantFault{
	{fault{"AS-004", "an invalid proof beside a code gives a Bearer token", []string{"RFC9449-4.3-85"}, fallingBack(mockas.GrantCode)}, "code"},
	{fault{"AS-004", "an invalid proof beside a device code gives a Bearer token", []string{"RFC9449-4.3-85"}, fallingBack(mockas.GrantDevice)}, "device"},
	{fault{"AS-007", "an invalid proof is answered with use_dpop_nonce", []string{"RFC9449-5-03"}, rename(map[string]string{dpop.InvalidProof: dpop.UseNonce})}, "use_dpop_nonce"},
	{fault{"AS-009", "of the proof beside a device code only the key is looked at", []string{"RFC9449-5-03"}, glancing(mockas.GrantDevice)}, "device"},
	{fault{"AS-009", "of the proof of an exchange only the key is looked at", []string{"RFC9449-5-03"}, glancing(mockas.GrantTokenExchange)}, "exchange"},
	{fault{"AS-012", "dpop_bound_access_tokens is ignored in exchanges", []string{"RFC9449-5.2-01"}, func(p *mockas.Policy) {
		p.RequiresProof = func(c *mockas.Client, grant string) bool { return c.DPoPBound && grant != mockas.GrantTokenExchange }
	}}, "exchange"},
	{fault{"AS-012", "dpop_bound_access_tokens of public clients is ignored", []string{"RFC9449-5.2-01"}, func(p *mockas.Policy) {
		p.RequiresProof = func(c *mockas.Client, _ string) bool { return c.DPoPBound && !c.Public() }
	}}, "public"},
	{fault{"AS-022", "the refresh token that comes with a device code is not bound", []string{"RFC9449-5-08"}, func(p *mockas.Policy) {
		grant := grantOf(p)
		honest := p.BindRefresh
		p.BindRefresh = func(c *mockas.Client, jkt string, previous *mockas.Token) string {
			if *grant == mockas.GrantDevice {
				return ""
			}
			return honest(c, jkt, previous)
		}
	}}, "device"},
	{fault{"AS-029", "a refresh needs no nonce though every other request does", []string{"RFC9449-4.3-68", "RFC9449-11.3-01"}, func(p *mockas.Policy) {
		honest := p.Token.Judge
		p.Token.Judge = func(v *dpop.Verifier, r dpop.Request, from mockas.Sender) (*dpop.Proof, *dpop.Refusal) {
			if from.Grant == mockas.GrantRefresh {
				v = v.Clone()
				v.Nonces = nil
			}
			return honest(v, r, from)
		}
	}}, "refresh"},
	{fault{"AS-030", "dpop_jkt is compared without letter case", []string{"RFC9449-10-04"}, func(p *mockas.Policy) {
		honest := p.CheckCode
		p.CheckCode = func(bound, jkt string) *mockas.Error {
			if strings.EqualFold(bound, jkt) {
				return nil
			}
			return honest(bound, jkt)
		}
	}}, "letter case"},
	{fault{"AS-030", "the binding of the codes of public clients is not checked", []string{"RFC9449-10-01", "RFC9449-11.9-01"}, func(p *mockas.Policy) {
		public := false
		authenticate, check := p.Authenticate, p.CheckCode
		p.Authenticate = func(s *mockas.Server, c *mockas.Call) (*mockas.Client, *mockas.Error) {
			client, problem := authenticate(s, c)
			public = client != nil && client.Public()
			return client, problem
		}
		p.CheckCode = func(bound, jkt string) *mockas.Error {
			if public {
				return nil
			}
			return check(bound, jkt)
		}
	}}, "public"},
	{fault{"AS-044", "what a browser may send it may not read the refusal of", []string{"RFC9449-8-13"}, func(p *mockas.Policy) {
		hidden(p, mockas.PathToken, func(status int) bool { return status >= http.StatusBadRequest }, "Access-Control-Allow-Origin", "Access-Control-Expose-Headers")
	}}, "refusals"},
	{fault{"AS-044", "the PAR endpoint lets browsers not read its nonce", []string{"RFC9449-8-13"}, func(p *mockas.Policy) {
		hidden(p, mockas.PathPAR, func(int) bool { return true }, "Access-Control-Expose-Headers")
	}}, "PAR"},
}

// fallingBack takes an invalid proof of one grant for none. That a nonce is
// missing it still says.
func fallingBack(grant string) func(*mockas.Policy) {
	return func(p *mockas.Policy) {
		honest := p.Token.Judge
		p.Token.Judge = func(v *dpop.Verifier, r dpop.Request, from mockas.Sender) (*dpop.Proof, *dpop.Refusal) {
			proof, refusal := honest(v, r, from)
			if refusal != nil && refusal.Code != dpop.UseNonce && from.Grant == grant {
				return nil, nil
			}
			return proof, refusal
		}
	}
}

// glancing reads the key of the proofs of one grant and nothing else of them.
func glancing(grant string) func(*mockas.Policy) {
	return func(p *mockas.Policy) {
		honest := p.Token.Judge
		p.Token.Judge = func(v *dpop.Verifier, r dpop.Request, from mockas.Sender) (*dpop.Proof, *dpop.Refusal) {
			if from.Grant == grant {
				if proof := unjudged(v, r); proof != nil {
					return proof, nil
				}
			}
			return honest(v, r, from)
		}
	}
}

// grantOf tells of each token request which grant it is for, also where there is
// no proof to be judged. The requests of a case come one by one.
func grantOf(p *mockas.Policy) *string {
	grant := new(string)
	p.Around = around(mockas.PathToken, func(next http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body) // a body cut short is the next reader's to refuse
			r.Body = io.NopCloser(strings.NewReader(string(body)))
			form, _ := url.ParseQuery(string(body))
			*grant = form.Get("grant_type")
			next(w, r)
		}
	})
	return grant
}

// hidden takes fields off some answers of an endpoint.
func hidden(p *mockas.Policy, endpoint string, which func(status int) bool, fields ...string) {
	p.Around = around(endpoint, func(next http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			next(&editor{ResponseWriter: w, edit: func(status int, h http.Header) {
				for _, name := range fields {
					if which(status) {
						h.Del(name)
					}
				}
			}}, r)
		}
	})
}
