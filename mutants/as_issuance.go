package mutants

import (
	"net/http"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
)

// judge is how a gate takes a proof.
type judge = func(v *dpop.Verifier, r dpop.Request, from mockas.Sender) (*dpop.Proof, *dpop.Refusal)

// unjudged takes a proof for what it says of itself: only its key is read.
func unjudged(v *dpop.Verifier, r dpop.Request) *dpop.Proof {
	copied := v.Clone()
	copied.Remove("typ", "crit", "alg-key", "key-use", "signature", "jti", "htm", "htu", "iat", "lifetime", "nonce", "replay")
	proof, refusal := copied.Verify(r)
	if refusal != nil {
		return nil
	}
	return proof
}

// ignoring leaves the proof out of the requests for the given grant types.
func ignoring(honest judge, grants ...string) judge {
	return func(v *dpop.Verifier, r dpop.Request, from mockas.Sender) (*dpop.Proof, *dpop.Refusal) {
		for _, g := range grants {
			if g == from.Grant {
				return nil, nil
			}
		}
		return honest(v, r, from)
	}
}

// issuanceFaults are bugs in what a token request with a proof gives.
var issuanceFaults = []fault{
	{"AS-003", "a bound token has the token_type Bearer", []string{"RFC9449-5-15"}, func(p *mockas.Policy) {
		p.TokenType = func(string) string { return "Bearer" }
	}},
	{"AS-004", "an invalid proof is answered with a Bearer token", []string{"RFC9449-5-03", "RFC9449-4.3-85"}, func(p *mockas.Policy) {
		honest := p.Token.Judge
		p.Token.Judge = func(v *dpop.Verifier, r dpop.Request, from mockas.Sender) (*dpop.Proof, *dpop.Refusal) {
			proof, refusal := honest(v, r, from)
			if refusal != nil {
				return nil, nil
			}
			return proof, nil
		}
	}},
	{"AS-005", "an invalid proof is answered with 403 and a page", []string{"RFC9449-5-03", "RFC9449-5-04"}, func(p *mockas.Policy) {
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
	}},
	{"AS-006", "an invalid proof is answered with invalid_request", []string{"RFC9449-5-03"}, rename(map[string]string{dpop.InvalidProof: "invalid_request"})},
	{"AS-007", "the error codes are misspelt", []string{"RFC9449-12-01"}, rename(map[string]string{dpop.InvalidProof: "invalid_dpop", dpop.UseNonce: "dpop_nonce_required"})},
	{"AS-008", "the proof is ignored for some grants", []string{"RFC9449-5-02"}, func(p *mockas.Policy) {
		p.Token.Judge = ignoring(p.Token.Judge, mockas.GrantRefresh, mockas.GrantDevice, mockas.GrantClientCredentials)
	}},
	{"AS-009", "the proof is read for codes alone", []string{"RFC9449-5-11"}, func(p *mockas.Policy) {
		p.Token.Judge = ignoring(p.Token.Judge, mockas.GrantRefresh, mockas.GrantDevice, mockas.GrantClientCredentials, mockas.GrantTokenExchange)
		p.CheckRefresh = func(*mockas.Token, string) *mockas.Error { return nil }
	}},
	{"AS-012", "dpop_bound_access_tokens is ignored by the token endpoint", []string{"RFC9449-5.2-01"}, func(p *mockas.Policy) {
		p.RequiresProof = func(*mockas.Client, string) bool { return false }
	}},
	{"AS-013", "dpop_bound_access_tokens is enforced for codes alone", []string{"RFC9449-5.2-01"}, func(p *mockas.Policy) {
		p.RequiresProof = func(c *mockas.Client, grant string) bool { return c.DPoPBound && grant == mockas.GrantCode }
	}},
	{"AS-016", "a JWT access token has no cnf", []string{"RFC9449-6.1-01"}, func(p *mockas.Policy) {
		p.Confirm = func(*dpop.Object, *mockas.Token) {}
	}},
	{"AS-017", "jkt stands at the top level of a JWT access token", []string{"RFC9449-6.1-01"}, func(p *mockas.Policy) {
		p.Confirm = func(claims *dpop.Object, t *mockas.Token) {
			if t.Bound != "" {
				claims.Set("jkt", t.Bound)
			}
		}
	}},
}

// rename exchanges error codes.
func rename(codes map[string]string) func(*mockas.Policy) {
	return func(p *mockas.Policy) {
		honest := p.WriteError
		p.WriteError = func(w http.ResponseWriter, e *mockas.Error) {
			renamed := *e
			if code, found := codes[e.Code]; found {
				renamed.Code = code
			}
			honest(w, &renamed)
		}
	}
}
