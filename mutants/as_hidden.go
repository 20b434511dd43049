package mutants

import (
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
)

// hiddenBugs are bugs that others have everywhere and that hide here from some
// of the requests that would show them: only some grants or clients take the
// path of the code that has the bug. Those called certificate show with clients
// that authenticate by certificate alone (RFC 8705).
var hiddenBugs = []row{
	{id: "AS-004", variant: "code", does: "an invalid proof beside a code gives a Bearer token",
		breaks: ids{"RFC9449-4.3-85"}, change: fallingBack(mockas.GrantCode)},
	{id: "AS-004", variant: "device", does: "an invalid proof beside a device code gives a Bearer token",
		breaks: ids{"RFC9449-4.3-85"}, change: fallingBack(mockas.GrantDevice)},
	{id: "AS-004", variant: "assertion", does: "an invalid proof is taken from a client with an assertion",
		breaks: ids{"RFC9449-4.3-85"}, change: inServer(func(p *mockas.Policy) {
			for _, gate := range []*mockas.Gate{&p.Token, &p.PAR} {
				honest := gate.Judge
				gate.Judge = func(v *dpop.Verifier, r dpop.Request, from mockas.Sender) (*dpop.Proof, *dpop.Refusal) {
					if from.Client != nil && from.Client.Auth == mockas.AuthPrivateKeyJWT {
						return unjudged(v, r), nil
					}
					return honest(v, r, from)
				}
			}
		})},
	{id: "AS-029", variant: "public", does: "public clients need no nonce though all others do",
		breaks: ids{"RFC9449-4.3-68", "RFC9449-11.3-01"}, change: inServer(func(p *mockas.Policy) {
			honest := p.Token.Judge
			p.Token.Judge = func(v *dpop.Verifier, r dpop.Request, from mockas.Sender) (*dpop.Proof, *dpop.Refusal) {
				if from.Client != nil && from.Client.Public() {
					v = v.Clone()
					v.Nonces = nil
				}
				return honest(v, r, from)
			}
		})},
	{id: "AS-007", variant: "use-dpop-nonce", does: "an invalid proof is answered with use_dpop_nonce",
		breaks: ids{"RFC9449-5-03"}, change: renaming(map[string]string{dpop.InvalidProof: dpop.UseNonce})},
	{id: "AS-009", variant: "device", does: "of the proof beside a device code only the key is looked at",
		breaks: ids{"RFC9449-5-03"}, change: glancing(mockas.GrantDevice)},
	{id: "AS-009", variant: "exchange", does: "of the proof of an exchange only the key is looked at",
		breaks: ids{"RFC9449-5-03"}, change: glancing(mockas.GrantTokenExchange)},
	{id: "AS-012", variant: "exchange", does: "dpop_bound_access_tokens is ignored in exchanges",
		breaks: ids{"RFC9449-5.2-01"}, change: inServer(func(p *mockas.Policy) {
			p.RequiresProof = func(c *mockas.Client, grant string) bool {
				return c.DPoPBound && grant != mockas.GrantTokenExchange
			}
		})},
	{id: "AS-012", variant: "public", does: "dpop_bound_access_tokens of public clients is ignored",
		breaks: ids{"RFC9449-5.2-01"}, change: inServer(func(p *mockas.Policy) {
			p.RequiresProof = func(c *mockas.Client, _ string) bool { return c.DPoPBound && !c.Public() }
		})},
	{id: "AS-022", variant: "device", does: "the refresh token that comes with a device code is not bound",
		breaks: ids{"RFC9449-5-08"}, change: inServer(func(p *mockas.Policy) {
			grant := grantOf(p)
			honest := p.BindRefresh
			p.BindRefresh = func(c *mockas.Client, jkt string, previous *mockas.Token) string {
				if *grant == mockas.GrantDevice {
					return ""
				}
				return honest(c, jkt, previous)
			}
		})},
	{id: "AS-029", variant: "refresh", does: "a refresh needs no nonce though every other request does",
		breaks: ids{"RFC9449-4.3-68", "RFC9449-11.3-01"}, change: inServer(func(p *mockas.Policy) {
			honest := p.Token.Judge
			p.Token.Judge = func(v *dpop.Verifier, r dpop.Request, from mockas.Sender) (*dpop.Proof, *dpop.Refusal) {
				if from.Grant == mockas.GrantRefresh {
					v = v.Clone()
					v.Nonces = nil
				}
				return honest(v, r, from)
			}
		})},
	{id: "AS-030", variant: "letter-case", does: "dpop_jkt is compared without letter case",
		breaks: ids{"RFC9449-10-04"}, change: inServer(func(p *mockas.Policy) {
			honest := p.CheckCode
			p.CheckCode = func(s *mockas.Server, c *mockas.Call, bound string) *mockas.Error {
				if strings.EqualFold(bound, c.Key()) {
					return nil
				}
				return honest(s, c, bound)
			}
		})},
	{id: "AS-030", variant: "public", does: "the binding of the codes of public clients is not checked",
		breaks: ids{"RFC9449-10-01", "RFC9449-11.9-01"}, change: inServer(func(p *mockas.Policy) {
			check := p.CheckCode
			p.CheckCode = func(s *mockas.Server, c *mockas.Call, bound string) *mockas.Error {
				if c.Client.Public() {
					return nil
				}
				return check(s, c, bound)
			}
		})},
	{id: "AS-044", variant: "refusals", does: "what a browser may send it may not read the refusal of",
		breaks: ids{"RFC9449-8-13"}, change: hidden(mockas.PathToken, http.StatusBadRequest,
			"Access-Control-Allow-Origin", "Access-Control-Expose-Headers")},
	{id: "AS-044", variant: "par", does: "the PAR endpoint lets browsers not read its nonce",
		breaks: ids{"RFC9449-8-13"}, change: hidden(mockas.PathPAR, 0, "Access-Control-Expose-Headers")},
	{id: "AS-004", variant: "certificate", does: "an invalid proof is taken from a client with a certificate",
		breaks: ids{"RFC9449-4.3-85"}, change: inServer(func(p *mockas.Policy) {
			for _, gate := range []*mockas.Gate{&p.Token, &p.PAR} {
				gate.Judge = ofCertified(gate.Judge, unjudged)
			}
		})},
	{id: "AS-008", variant: "certificate", does: "the proof of a client with a certificate is ignored",
		breaks: ids{"RFC9449-3-03"}, change: inServer(func(p *mockas.Policy) {
			p.Token.Judge = ofCertified(p.Token.Judge, func(*dpop.Verifier, dpop.Request) *dpop.Proof { return nil })
		})},
	{id: "AS-016", variant: "certificate", does: "a token is bound to the certificate in place of the key",
		breaks: ids{"RFC9449-5-07", "RFC9449-6.1-01"}, change: inServer(func(p *mockas.Policy) {
			honest := p.Confirm
			p.Confirm = func(claims *dpop.Object, t *mockas.Token) {
				copied := *t
				if t.Certified != "" {
					copied.Bound = ""
				}
				honest(claims, &copied)
			}
		})},
	{id: "AS-042", variant: "certificate", does: "any certificate is taken for the client's",
		breaks: ids{"RFC9449-3-02", "RFC9126-2.1-01"},
		change: authenticating(func(c *mockas.Call) bool { return c.TLS != nil && len(c.TLS.PeerCertificates) > 0 })},
}

// fallingBack takes an invalid proof of one grant for none. That a nonce is
// missing it still says.
func fallingBack(grant string) inServer {
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

// ofCertified judges otherwise what clients with a certificate send.
func ofCertified(honest judge, otherwise func(*dpop.Verifier, dpop.Request) *dpop.Proof) judge {
	return func(v *dpop.Verifier, r dpop.Request, from mockas.Sender) (*dpop.Proof, *dpop.Refusal) {
		if from.Client.ByCertificate() {
			return otherwise(v, r), nil
		}
		return honest(v, r, from)
	}
}

// grantOf tells of each token request which grant it is for, also where there is
// no proof to be judged. The requests of a case come one by one.
func grantOf(p *mockas.Policy) *string {
	grant := new(string)
	around(mockas.PathToken, func(w http.ResponseWriter, r *http.Request, honest http.HandlerFunc) {
		body, _ := io.ReadAll(r.Body) // a body cut short is the next reader's to refuse
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		form, _ := url.ParseQuery(string(body))
		*grant = form.Get("grant_type")
		honest(w, r)
	})(p)
	return grant
}
