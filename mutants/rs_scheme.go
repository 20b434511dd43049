package mutants

import (
	"net/http"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockrs"
)

// schemeBugs are bugs in telling bound tokens from Bearer tokens, and in where
// a token is looked for.
var schemeBugs = []row{
	{id: "RS-003", variant: "exact-bearer", does: "downgrade check only for the exact spelling Bearer",
		breaks: ids{"RFC9449-7.2-04", "RFC9449-7.1-18"},
		change: unproven(func(cred dpop.Credentials, _ *mockrs.Token) bool { return cred.Scheme != "Bearer" })},
	{id: "RS-003", variant: "query", does: "downgrade check not for a token in the query",
		breaks: ids{"RFC9449-7.2-04", "RFC9449-7.1-18"}, change: elsewhere(mockrs.InQuery)},
	{id: "RS-003", variant: "form-body", does: "downgrade check not for a token in a form body",
		breaks: ids{"RFC9449-7.2-04", "RFC9449-7.1-18"}, change: elsewhere(mockrs.InBody)},
	{id: "RS-100", does: "takes an unbound token from the query", breaks: ids{"RFC6750-2.3-01"},
		change: inAPI(func(c *mockrs.Config) {
			honest := c.Policy.Credentials
			c.Policy.Credentials = func(r *http.Request) (dpop.Credentials, *mockrs.Failure) {
				if token := mockrs.InQuery(r); token != "" && r.Header["Authorization"] == nil {
					return dpop.Credentials{Scheme: "Bearer", Token: token}, nil
				}
				return honest(r)
			}
		})},
	{id: "RS-004", does: "downgrade check for JWTs, not for opaque tokens",
		breaks: ids{"RFC9449-7.2-03", "RFC9449-6-02"},
		change: unproven(func(_ dpop.Credentials, t *mockrs.Token) bool { return t.Claims.Has("active") })},
	{id: "RS-005", does: "a proof is needed only where the scheme is DPoP",
		breaks: ids{"RFC9449-7.2-01", "RFC9449-7.1-20"},
		change: unproven(func(dpop.Credentials, *mockrs.Token) bool { return true })},
	{id: "RS-006", does: "the DPoP scheme without a proof is accepted", breaks: ids{"RFC9449-7.1-02"},
		change: inAPI(func(c *mockrs.Config) {
			honest := c.Policy.Proven
			c.Policy.Proven = func(
				a *mockrs.API, r *http.Request, by dpop.Credentials, t *mockrs.Token,
			) *mockrs.Failure {
				if len(a.Policy.Fields(r)) == 0 {
					return nil
				}
				return honest(a, r, by, t)
			}
		})},
	{id: "RS-026", variant: "field-before-query", does: "with a token in the field and in the query the field wins",
		breaks: ids{"RFC9449-7.1-19"}, change: inAPI(func(c *mockrs.Config) {
			honest := c.Policy.Credentials
			c.Policy.Credentials = func(r *http.Request) (dpop.Credentials, *mockrs.Failure) {
				if lines := wire.RequestFields(r).Values("Authorization"); len(lines) == 1 {
					if cred, err := dpop.ParseCredentials(lines[0]); err == nil {
						return cred, nil
					}
				}
				return honest(r)
			}
		})},
	{id: "RS-026", variant: "first-field", does: "of two Authorization fields the first wins",
		breaks: ids{"RFC9449-7.1-19"}, change: inAPI(func(c *mockrs.Config) {
			honest := c.Policy.Credentials
			c.Policy.Credentials = func(r *http.Request) (dpop.Credentials, *mockrs.Failure) {
				if lines := wire.RequestFields(r).Values("Authorization"); len(lines) > 1 {
					cred, _ := dpop.ParseCredentials(lines[0])
					return cred, nil
				}
				return honest(r)
			}
		})},
}

// unproven takes every token without a proof that the condition holds for.
func unproven(condition func(dpop.Credentials, *mockrs.Token) bool) inAPI {
	return func(c *mockrs.Config) {
		honest := c.Policy.Unproven
		c.Policy.Unproven = func(a *mockrs.API, r *http.Request, by dpop.Credentials, t *mockrs.Token) *mockrs.Failure {
			if condition(by, t) {
				return nil
			}
			return honest(a, r, by, t)
		}
	}
}

// elsewhere takes tokens also from another place than the Authorization field,
// and there without a look at their binding.
func elsewhere(find func(*http.Request) string) inAPI {
	const place = "elsewhere"
	return func(c *mockrs.Config) {
		honest := c.Policy.Credentials
		c.Policy.Credentials = func(r *http.Request) (dpop.Credentials, *mockrs.Failure) {
			if token := find(r); token != "" && r.Header["Authorization"] == nil {
				return dpop.Credentials{Scheme: place, Token: token}, nil
			}
			return honest(r)
		}
		unproven(func(cred dpop.Credentials, _ *mockrs.Token) bool { return cred.Scheme == place })(c)
	}
}
