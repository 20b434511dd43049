package mutants

import (
	"net/http"
	"slices"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
)

// issuanceBugs are bugs in what a token request with a proof gives.
var issuanceBugs = []row{
	{id: "AS-003", does: "a bound token has the token_type Bearer", breaks: ids{"RFC9449-5-15"},
		change: inServer(func(p *mockas.Policy) {
			p.TokenType = func(string) string { return "Bearer" }
		})},
	{id: "AS-004", variant: "every-grant", does: "an invalid proof is answered with a Bearer token",
		breaks: ids{"RFC9449-5-03", "RFC9449-4.3-85"}, change: inServer(func(p *mockas.Policy) {
			honest := p.Token.Judge
			p.Token.Judge = func(v *dpop.Verifier, r dpop.Request, from mockas.Sender) (*dpop.Proof, *dpop.Refusal) {
				proof, refusal := honest(v, r, from)
				if refusal != nil {
					return nil, nil
				}
				return proof, nil
			}
		})},
	{id: "AS-005", does: "an invalid proof is answered with 403 and a page",
		breaks: ids{"RFC9449-5-03", "RFC9449-5-04"}, change: inServer(func(p *mockas.Policy) {
			honest := p.WriteError
			p.WriteError = func(w http.ResponseWriter, e *mockas.Error) {
				if e.Refusal == nil {
					honest(w, e)
					return
				}
				w.Header().Set("Content-Type", "text/html")
				w.WriteHeader(http.StatusForbidden)
				w.Write([]byte("<html><body>Forbidden</body></html>"))
			}
		})},
	{id: "AS-006", does: "an invalid proof is answered with invalid_request", breaks: ids{"RFC9449-5-03"},
		change: renaming(map[string]string{dpop.InvalidProof: "invalid_request"})},
	{id: "AS-007", variant: "misspelt", does: "the error codes are misspelt", breaks: ids{"RFC9449-12-01"},
		change: renaming(map[string]string{dpop.InvalidProof: "invalid_dpop", dpop.UseNonce: "dpop_nonce_required"})},
	{id: "AS-008", variant: "some-grants", does: "the proof is ignored for some grants", breaks: ids{"RFC9449-5-02"},
		change: inServer(func(p *mockas.Policy) {
			p.Token.Judge = ignoring(p.Token.Judge,
				mockas.GrantRefresh, mockas.GrantDevice, mockas.GrantClientCredentials)
		})},
	{id: "AS-009", variant: "codes-alone", does: "the proof is read for codes alone", breaks: ids{"RFC9449-5-11"},
		change: inServer(func(p *mockas.Policy) {
			p.Token.Judge = ignoring(p.Token.Judge,
				mockas.GrantRefresh, mockas.GrantDevice, mockas.GrantClientCredentials, mockas.GrantTokenExchange)
			p.CheckRefresh = func(*mockas.Server, *mockas.Call, *mockas.Token) *mockas.Error { return nil }
		})},
	{id: "AS-012", variant: "every-grant", does: "dpop_bound_access_tokens is ignored by the token endpoint",
		breaks: ids{"RFC9449-5.2-01"}, change: inServer(func(p *mockas.Policy) {
			p.RequiresProof = func(*mockas.Client, string) bool { return false }
		})},
	{id: "AS-013", does: "dpop_bound_access_tokens is enforced for codes alone", breaks: ids{"RFC9449-5.2-01"},
		change: inServer(func(p *mockas.Policy) {
			p.RequiresProof = func(c *mockas.Client, grant string) bool {
				return c.DPoPBound && grant == mockas.GrantCode
			}
		})},
	{id: "AS-016", variant: "no-cnf", does: "a JWT access token has no cnf", breaks: ids{"RFC9449-6.1-01"},
		change: inServer(func(p *mockas.Policy) {
			p.Confirm = func(*dpop.Object, *mockas.Token) {}
		})},
	{id: "AS-017", does: "jkt stands at the top level of a JWT access token", breaks: ids{"RFC9449-6.1-01"},
		change: inServer(func(p *mockas.Policy) {
			p.Confirm = func(claims *dpop.Object, t *mockas.Token) {
				if t.Bound != "" {
					claims.Set("jkt", t.Bound)
				}
			}
		})},
}

// ignoring leaves the proof out of the requests for the given grant types.
func ignoring(honest judge, grants ...string) judge {
	return func(v *dpop.Verifier, r dpop.Request, from mockas.Sender) (*dpop.Proof, *dpop.Refusal) {
		if slices.Contains(grants, from.Grant) {
			return nil, nil
		}
		return honest(v, r, from)
	}
}
