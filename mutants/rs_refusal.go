package mutants

import (
	"net/http"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockrs"
)

// refusalBugs are bugs in how a refusal is worded.
var refusalBugs = []apiBug{
	{"RS-027", "no WWW-Authenticate with 401", rfc9449("7.1-06"), challenged(func(*mockrs.API, *mockrs.Failure, []dpop.Challenge) []dpop.Challenge {
		return nil
	})},
	{"RS-028", "a Bearer challenge alone for a DPoP failure", rfc9449("7.1-07", "7.2-07"), challenged(bearerAlone)},
	{"RS-030", "no error attribute on a failure", rfc9449("7.1-09"), challenged(func(_ *mockrs.API, _ *mockrs.Failure, list []dpop.Challenge) []dpop.Challenge {
		return eachParameter(list, func(p dpop.Parameter) (dpop.Parameter, bool) { return p, !strings.HasPrefix(p.Name, "error") })
	})},
	{"RS-031", "invalid_token for every defect of a proof", rfc9449("7.1-10"), challenged(func(_ *mockrs.API, _ *mockrs.Failure, list []dpop.Challenge) []dpop.Challenge {
		return eachParameter(list, func(p dpop.Parameter) (dpop.Parameter, bool) {
			if p.Name == "error" && p.Value == dpop.InvalidProof {
				p.Value = dpop.InvalidToken
			}
			return p, true
		})
	})},
	{"RS-032", "algs is missing", rfc9449("7.1-12", "4.3-27"), algs(func(string) string { return "" })},
	{"RS-032", "algs is separated by commas", rfc9449("7.1-12", "4.3-27"),
		algs(func(list string) string { return strings.ReplaceAll(list, " ", ",") })},
	{"RS-032", "algs is not in quotes, which breaks the field", rfc9449("7.1-12", "4.3-27"),
		challenged(func(a *mockrs.API, _ *mockrs.Failure, _ []dpop.Challenge) []dpop.Challenge {
			return []dpop.Challenge{{Scheme: "DPoP algs=" + strings.Join(a.Verifier.Algorithms, " ")}}
		})},
	{"RS-032", "algs names an algorithm that is refused", rfc9449("7.1-12", "4.3-27"),
		algs(func(list string) string { return list + " PS512" })},
	{"RS-035", "403 in place of 401", rfc9449("7.1-06"), apiPolicy(func(p *mockrs.Policy) {
		p.Status = func(f *mockrs.Failure) int {
			if f.Status == http.StatusUnauthorized && f.Code != "" {
				return http.StatusForbidden
			}
			return f.Status
		}
	})},
	{"RS-036", "a malformed proof ends in 500", rfc9449("4.3-09"), apiPolicy(func(p *mockrs.Policy) {
		honest := p.Guard
		p.Guard = func(a *mockrs.API, w http.ResponseWriter, r *http.Request) {
			for _, line := range a.Policy.Fields(r) {
				_, payload, _, err := dpop.SplitCompact(line, dpop.DecodeSegment)
				if err == nil {
					_, err = dpop.ParseObject(payload)
				}
				if err != nil {
					http.Error(w, "Internal Server Error", http.StatusInternalServerError)
					return
				}
			}
			honest(a, w, r)
		}
	})},
	{"RS-041", "a nonce is asked for with 400 and JSON alone", rfc9449("9-01"), func(c *mockrs.Config) {
		honest := c.Policy.Status
		c.Policy.Status = func(f *mockrs.Failure) int {
			if f.Code == dpop.UseNonce {
				return http.StatusBadRequest
			}
			return honest(f)
		}
		challenged(func(_ *mockrs.API, f *mockrs.Failure, list []dpop.Challenge) []dpop.Challenge {
			if f.Code == dpop.UseNonce {
				return nil
			}
			return list
		})(c)
	}},
}

// challenged changes the honest challenges of a refusal.
func challenged(change func(*mockrs.API, *mockrs.Failure, []dpop.Challenge) []dpop.Challenge) func(*mockrs.Config) {
	return apiPolicy(func(p *mockrs.Policy) {
		honest := p.Challenges
		p.Challenges = func(a *mockrs.API, f *mockrs.Failure) []dpop.Challenge { return change(a, f, honest(a, f)) }
	})
}

func bearerAlone(_ *mockrs.API, f *mockrs.Failure, _ []dpop.Challenge) []dpop.Challenge {
	c := dpop.Challenge{Scheme: "Bearer"}
	if f.Code != "" {
		c = c.With("error", f.Code)
	}
	return []dpop.Challenge{c}
}

// eachParameter changes or drops the parameters of challenges.
func eachParameter(list []dpop.Challenge, change func(dpop.Parameter) (dpop.Parameter, bool)) []dpop.Challenge {
	changed := make([]dpop.Challenge, len(list))
	for i, c := range list {
		changed[i] = dpop.Challenge{Scheme: c.Scheme, Token68: c.Token68}
		for _, p := range c.Parameters {
			if p, keep := change(p); keep {
				changed[i] = changed[i].With(p.Name, p.Value)
			}
		}
	}
	return changed
}

// algs changes the list of algorithms in the DPoP challenge; empty leaves it out.
func algs(change func(string) string) func(*mockrs.Config) {
	return challenged(func(_ *mockrs.API, _ *mockrs.Failure, list []dpop.Challenge) []dpop.Challenge {
		return eachParameter(list, func(p dpop.Parameter) (dpop.Parameter, bool) {
			if p.Name == "algs" {
				p.Value = change(p.Value)
			}
			return p, p.Value != ""
		})
	})
}
