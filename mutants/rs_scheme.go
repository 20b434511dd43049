package mutants

import (
	"net/http"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockrs"
)

// schemeBugs are bugs in telling bound tokens from Bearer tokens, and in where
// a token is looked for.
var schemeBugs = []apiBug{
	{"RS-003", "downgrade check only for the exact spelling Bearer", rfc9449("7.2-04", "7.1-18"),
		apiPolicy(func(p *mockrs.Policy) {
			p.Unproven = unless(p.Unproven, func(c dpop.Credentials, _ *mockrs.Token) bool { return c.Scheme != "Bearer" })
		})},
	{"RS-003", "downgrade check not for a token in the query", rfc9449("7.2-04", "7.1-18"),
		apiPolicy(elsewhereTaken(mockrs.InQuery))},
	{"RS-003", "downgrade check not for a token in a form body", rfc9449("7.2-04", "7.1-18"),
		apiPolicy(elsewhereTaken(mockrs.InBody))},
	{"RS-004", "downgrade check for JWTs, not for opaque tokens", rfc9449("7.2-03", "6-02"),
		apiPolicy(func(p *mockrs.Policy) {
			p.Unproven = unless(p.Unproven, func(_ dpop.Credentials, t *mockrs.Token) bool { return t.Claims.Has("active") })
		})},
	{"RS-005", "a proof is needed only where the scheme is DPoP", rfc9449("7.2-01", "7.1-20"),
		apiPolicy(func(p *mockrs.Policy) {
			p.Unproven = unless(p.Unproven, func(dpop.Credentials, *mockrs.Token) bool { return true })
		})},
	{"RS-006", "the DPoP scheme without a proof is accepted", rfc9449("7.1-02"),
		apiPolicy(func(p *mockrs.Policy) {
			honest := p.Proven
			p.Proven = func(a *mockrs.API, r *http.Request, c dpop.Credentials, t *mockrs.Token) *mockrs.Failure {
				if len(a.Policy.Fields(r)) == 0 {
					return nil
				}
				return honest(a, r, c, t)
			}
		})},
	{"RS-026", "with a token in the field and in the query the field wins", rfc9449("7.1-19"),
		apiPolicy(func(p *mockrs.Policy) {
			honest := p.Credentials
			p.Credentials = func(r *http.Request) (dpop.Credentials, *mockrs.Failure) {
				if lines := wire.RequestFields(r).Values("Authorization"); len(lines) == 1 {
					if c, err := dpop.ParseCredentials(lines[0]); err == nil {
						return c, nil
					}
				}
				return honest(r)
			}
		})},
	{"RS-026", "of two Authorization fields the first wins", rfc9449("7.1-19"),
		apiPolicy(func(p *mockrs.Policy) {
			honest := p.Credentials
			p.Credentials = func(r *http.Request) (dpop.Credentials, *mockrs.Failure) {
				if lines := wire.RequestFields(r).Values("Authorization"); len(lines) > 1 {
					c, _ := dpop.ParseCredentials(lines[0])
					return c, nil
				}
				return honest(r)
			}
		})},
}

// unprovenJudge is how an API judges a token under the Bearer scheme.
type unprovenJudge = func(*mockrs.API, *http.Request, dpop.Credentials, *mockrs.Token) *mockrs.Failure

// unless takes every token that the condition holds for.
func unless(honest unprovenJudge, condition func(dpop.Credentials, *mockrs.Token) bool) unprovenJudge {
	return func(a *mockrs.API, r *http.Request, c dpop.Credentials, t *mockrs.Token) *mockrs.Failure {
		if condition(c, t) {
			return nil
		}
		return honest(a, r, c, t)
	}
}

// elsewhereTaken takes tokens also from another place than the Authorization
// field, and there without a look at their binding.
func elsewhereTaken(find func(*http.Request) string) func(*mockrs.Policy) {
	const place = "elsewhere"
	return func(p *mockrs.Policy) {
		credentials := p.Credentials
		p.Credentials = func(r *http.Request) (dpop.Credentials, *mockrs.Failure) {
			if token := find(r); token != "" && r.Header["Authorization"] == nil {
				return dpop.Credentials{Scheme: place, Token: token}, nil
			}
			return credentials(r)
		}
		p.Unproven = unless(p.Unproven, func(c dpop.Credentials, _ *mockrs.Token) bool { return c.Scheme == place })
	}
}
