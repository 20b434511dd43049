package mutants

import (
	"net/http"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockrs"
)

// refusalBugs are bugs in how a refusal is worded.
var refusalBugs = []row{
	{id: "RS-027", does: "no WWW-Authenticate with 401", breaks: ids{"RFC9449-7.1-06"},
		change: challenged(func(*mockrs.API, *mockrs.Failure, []dpop.Challenge) []dpop.Challenge { return nil })},
	{id: "RS-028", does: "a Bearer challenge alone for a DPoP failure", breaks: ids{"RFC9449-7.1-07", "RFC9449-7.2-07"},
		change: challenged(func(_ *mockrs.API, f *mockrs.Failure, _ []dpop.Challenge) []dpop.Challenge {
			c := dpop.Challenge{Scheme: "Bearer"}
			if f.Code != "" {
				c = c.With("error", f.Code)
			}
			return []dpop.Challenge{c}
		})},
	{id: "RS-030", does: "no error attribute on a failure", breaks: ids{"RFC9449-7.1-09"},
		change: parameters(func(p dpop.Parameter) (dpop.Parameter, bool) {
			return p, !strings.HasPrefix(p.Name, "error")
		})},
	{id: "RS-031", does: "invalid_token for every defect of a proof", breaks: ids{"RFC9449-7.1-10"},
		change: parameters(func(p dpop.Parameter) (dpop.Parameter, bool) {
			if p.Name == "error" && p.Value == dpop.InvalidProof {
				p.Value = dpop.InvalidToken
			}
			return p, true
		})},
	{id: "RS-102", does: "use_dpop_nonce for every defect of a proof",
		breaks: ids{"RFC9449-7.1-10"}, change: parameters(askingForNonces)},
	{id: "RS-032", variant: "missing", does: "algs is missing", breaks: ids{"RFC9449-7.1-12", "RFC9449-4.3-27"},
		change: algs(func(string) string { return "" })},
	{id: "RS-032", variant: "commas", does: "algs is separated by commas",
		breaks: ids{"RFC9449-7.1-12", "RFC9449-4.3-27"},
		change: algs(func(list string) string { return strings.ReplaceAll(list, " ", ",") })},
	{id: "RS-032", variant: "unquoted", does: "algs is not in quotes, which breaks the field",
		breaks: ids{"RFC9449-7.1-12", "RFC9449-4.3-27"},
		change: challenged(func(a *mockrs.API, _ *mockrs.Failure, _ []dpop.Challenge) []dpop.Challenge {
			return []dpop.Challenge{{Scheme: "DPoP algs=" + strings.Join(a.Verifier.Algorithms, " ")}}
		})},
	{id: "RS-032", variant: "refused-algorithm", does: "algs names an algorithm that is refused",
		breaks: ids{"RFC9449-7.1-12", "RFC9449-4.3-27"},
		change: algs(func(list string) string { return list + " PS512" })},
	{id: "RS-101", does: "asks for another login with a Bearer challenge alone", breaks: ids{"RFC9470-3-01"},
		change: challenged(func(_ *mockrs.API, f *mockrs.Failure, list []dpop.Challenge) []dpop.Challenge {
			if f.Code == "insufficient_user_authentication" {
				return []dpop.Challenge{dpop.Challenge{Scheme: "Bearer"}.With("error", f.Code)}
			}
			return list
		})},
	{id: "RS-035", does: "403 in place of 401", breaks: ids{"RFC9449-7.1-06"},
		change: inAPI(func(c *mockrs.Config) {
			c.Policy.Status = func(f *mockrs.Failure) int {
				if f.Status == http.StatusUnauthorized && f.Code != "" {
					return http.StatusForbidden
				}
				return f.Status
			}
		})},
	{id: "RS-036", does: "a malformed proof ends in 500", breaks: ids{"RFC9449-4.3-09"},
		change: inAPI(func(c *mockrs.Config) {
			honest := c.Policy.Guard
			c.Policy.Guard = func(a *mockrs.API, w http.ResponseWriter, r *http.Request) {
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
	{id: "RS-041", does: "a nonce is asked for with 400 and JSON alone", breaks: ids{"RFC9449-9-01"},
		change: inAPI(func(c *mockrs.Config) {
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
		})},
}

// askingForNonces calls what is wrong with a proof the want of a nonce.
func askingForNonces(p dpop.Parameter) (dpop.Parameter, bool) {
	if p.Name == "error" && p.Value == dpop.InvalidProof {
		p.Value = dpop.UseNonce
	}
	return p, true
}

// parameters changes or drops the parameters of the honest challenges.
func parameters(change func(dpop.Parameter) (p dpop.Parameter, keep bool)) inAPI {
	return challenged(func(_ *mockrs.API, _ *mockrs.Failure, list []dpop.Challenge) []dpop.Challenge {
		return eachParameter(list, change)
	})
}

// algs changes the list of algorithms in the DPoP challenge; empty leaves it out.
func algs(change func(string) string) inAPI {
	return parameters(func(p dpop.Parameter) (dpop.Parameter, bool) {
		if p.Name == "algs" {
			p.Value = change(p.Value)
		}
		return p, p.Value != ""
	})
}
