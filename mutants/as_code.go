package mutants

import (
	"cmp"
	"maps"
	"net/http"
	"net/url"
	"sync"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
)

// codeBugs are bugs in binding authorization codes, and at the PAR endpoint.
var codeBugs = []row{
	{id: "AS-029", variant: "par", does: "the PAR endpoint asks for no nonce though the token endpoint does",
		breaks: ids{"RFC9449-10.1-07"}, change: inServer(func(p *mockas.Policy) {
			p.PAR.Adjust = func(v *dpop.Verifier) { v.Remove("nonce") }
		})},
	{id: "AS-030", variant: "ignored", does: "dpop_jkt is ignored", breaks: ids{"RFC9449-10-01"},
		change: parameterless(mockas.AtAuthorize)},
	{id: "AS-030", variant: "second-time", does: "a bound code is refused with another key once",
		breaks: ids{"RFC9449-10-01"}, change: inServer(func(p *mockas.Policy) {
			honest := p.CheckCode
			var shown sync.Map
			p.CheckCode = func(s *mockas.Server, c *mockas.Call, bound string) *mockas.Error {
				problem := honest(s, c, bound)
				if problem == nil {
					return nil
				}
				if before, _ := shown.Swap(bound, c.Key()); c.Key() != "" && before == c.Key() {
					return nil
				}
				return problem
			}
		})},
	{id: "AS-033", does: "dpop_jkt is ignored in a pushed request", breaks: ids{"RFC9449-10.1-01"},
		change: parameterless(mockas.AtPAR)},
	{id: "AS-035", does: "the proof of a pushed request is ignored", breaks: ids{"RFC9449-10.1-02"},
		change: inServer(func(p *mockas.Policy) {
			honest := p.BindCode
			p.BindCode = func(at mockas.Endpoint, dpopJKT string, proof *dpop.Proof) (string, *mockas.Error) {
				if at == mockas.AtPAR {
					proof = nil
				}
				return honest(at, dpopJKT, proof)
			}
		})},
	{id: "AS-036", does: "the proof of a pushed request is not verified", breaks: ids{"RFC9449-10.1-03"},
		change: inServer(func(p *mockas.Policy) {
			p.PAR.Judge = func(v *dpop.Verifier, r dpop.Request, _ mockas.Sender) (*dpop.Proof, *dpop.Refusal) {
				return unjudged(v, r), nil
			}
		})},
	{id: "AS-037", does: "the PAR endpoint wants a proof wherever dpop_jkt comes", breaks: ids{"RFC9449-10.1-05"},
		change: inServer(func(p *mockas.Policy) {
			honest := p.BindCode
			p.BindCode = func(at mockas.Endpoint, dpopJKT string, proof *dpop.Proof) (string, *mockas.Error) {
				if at == mockas.AtPAR && dpopJKT != "" && proof == nil {
					return "", badProof("a proof must come with dpop_jkt")
				}
				return honest(at, dpopJKT, proof)
			}
		})},
	{id: "AS-038", does: "a proof and the dpop_jkt of another key are taken together", breaks: ids{"RFC9449-10.1-04"},
		change: inServer(func(p *mockas.Policy) {
			honest := p.BindCode
			p.BindCode = func(at mockas.Endpoint, dpopJKT string, proof *dpop.Proof) (string, *mockas.Error) {
				if proof != nil {
					dpopJKT = ""
				}
				return honest(at, dpopJKT, proof)
			}
		})},
	{id: "AS-039", does: "the PAR endpoint takes proofs for the token endpoint", breaks: ids{"RFC9449-10.1-11"},
		change: inServer(func(p *mockas.Policy) {
			p.PAR.Target = func(origin string, _ *http.Request) string {
				return dpop.TargetURI(origin, mockas.PathToken)
			}
			p.PAR.Judge = func(v *dpop.Verifier, r dpop.Request, _ mockas.Sender) (*dpop.Proof, *dpop.Refusal) {
				own := r
				own.TargetURI = r.TargetURI[:len(r.TargetURI)-len(mockas.PathToken)] + mockas.PathPAR
				if proof, refusal := v.Verify(own); refusal == nil {
					return proof, nil
				}
				return v.Verify(r)
			}
		})},
	{id: "AS-040", does: "dpop_jkt beside a request_uri overrides the pushed binding", breaks: ids{"RFC9449-10.1-06"},
		change: inServer(func(p *mockas.Policy) {
			p.MergeBinding = func(pushed, front string) string { return cmp.Or(front, pushed) }
		})},
	{id: "AS-066", does: "takes the proof of a pushed request from its form when there is no field",
		breaks: ids{"RFC9449-4.1-06"},
		change: formed(mockas.PathPAR, func(p *mockas.Policy) *mockas.Gate { return &p.PAR })},
	{id: "AS-111", does: "a parameter outside a request object counts before the one in it",
		breaks: ids{"RFC9101-6.3-01"}, change: inServer(func(p *mockas.Policy) {
			p.Opened = func(outside, inside url.Values) url.Values {
				merged := maps.Clone(inside)
				for name, values := range outside {
					if name != "request" {
						merged[name] = values
					}
				}
				return merged
			}
		})},
	{id: "AS-058", does: "the newest pushed request of a client binds all that it has pushed",
		breaks: ids{"RFC9449-10.1-02", "RFC9126-2.2-01"}, change: inServer(func(p *mockas.Policy) {
			newest := ""
			honest := p.BindCode
			p.BindCode = func(at mockas.Endpoint, dpopJKT string, proof *dpop.Proof) (string, *mockas.Error) {
				bound, problem := honest(at, dpopJKT, proof)
				if at == mockas.AtPAR && problem == nil {
					newest = bound
				}
				return bound, problem
			}
			p.MergeBinding = func(_, _ string) string { return newest }
		})},
}

// parameterless ignores dpop_jkt at a place.
func parameterless(place mockas.Endpoint) inServer {
	return func(p *mockas.Policy) {
		honest := p.BindCode
		p.BindCode = func(at mockas.Endpoint, dpopJKT string, proof *dpop.Proof) (string, *mockas.Error) {
			if at == place {
				dpopJKT = ""
			}
			return honest(at, dpopJKT, proof)
		}
	}
}
