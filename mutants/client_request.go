package mutants

import (
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/dpopspec/dpopspec/client"
	"github.com/dpopspec/dpopspec/dpop"
)

func provenUnless(omit func(client.Destination) bool) inClient {
	return func(p *client.Policy) { p.NeedsProof = func(at client.Destination) bool { return !omit(at) } }
}

// clientRequestBugs are requests put together wrongly, and answers taken for
// more than they are.
var clientRequestBugs = []row{
	{id: "CL-001", variant: "token-endpoint", does: "no proof at the token endpoint", breaks: ids{"RFC9449-5-01"},
		change: provenUnless(func(at client.Destination) bool { return at.Purpose == client.ForToken })},
	{id: "CL-001", variant: "challenged", does: "asks for an unbound token where it cannot meet a challenge",
		breaks: ids{"RFC9449-5-01"}, change: inClient(func(p *client.Policy) {
			honest := p.Retry
			p.Retry = func(a *client.Answer) (client.Attempt, bool) {
				if a.Purpose == client.ForToken && a.Demanded && !a.NonceUsable {
					return client.Attempt{Number: a.Attempt.Number + 1}, true
				}
				return honest(a)
			}
		})},
	{id: "CL-001", variant: "head", does: "no proof with HEAD", breaks: ids{"RFC9449-7-01"},
		change: inClient(func(p *client.Policy) {
			honest := p.Present
			p.Present = func(r *http.Request, c client.Credentials) {
				if r.Method == http.MethodHead {
					c.Proof = ""
				}
				honest(r, c)
			}
		})},
	{id: "CL-002", does: "no proof on refresh", breaks: ids{"RFC9449-5-01"},
		change: provenUnless(func(at client.Destination) bool { return at.Grant == "refresh_token" })},
	{id: "CL-025", does: "token and proof follow a redirect to another origin", breaks: ids{"RFC9449-7.3-02"},
		change: inClient(func(p *client.Policy) { p.Redirect = func(_, _ *url.URL) error { return nil } })},
	{id: "CL-122", does: "token and proof go to another origin that a redirect names, once it challenges",
		breaks: ids{"RFC9449-7.3-02"}, change: inClient(func(p *client.Policy) {
			p.Redirect = func(_, _ *url.URL) error { return nil }
			var home word
			honest := p.Present
			p.Present = func(r *http.Request, c client.Credentials) {
				if c.Token == "" || home.Keep(r.URL.Host) == r.URL.Host || hasNonce(c.Proof) {
					honest(r, c)
				}
			}
		})},
	{id: "CL-034", does: "falls back to Bearer after 401", breaks: ids{"RFC9449-7.2-09"},
		change: inClient(func(p *client.Policy) {
			honest := p.Retry
			p.Retry = func(a *client.Answer) (client.Attempt, bool) {
				if a.Status == http.StatusUnauthorized && a.Attempt.Scheme == dpop.Scheme && !a.Demanded {
					return client.Attempt{Number: a.Attempt.Number + 1, Scheme: "Bearer"}, true
				}
				return honest(a)
			}
		})},
	{id: "CL-035", does: "takes token_type Bearer without a word", breaks: ids{"RFC9449-5-16"},
		change: inClient(func(p *client.Policy) {
			p.TokenType = func(_ bool, tokenType string) (string, error) { return tokenType, nil }
		})},
	{id: "CL-100", variant: "unproven", does: "refreshes without a proof once a Bearer token came",
		breaks: ids{"RFC9449-5-23"}, change: bearing(inClient(
			provenUnless(func(at client.Destination) bool { return at.Grant == "refresh_token" })))},
	{id: "CL-100", variant: "other-key", does: "refreshes with another key once a Bearer token came",
		breaks: ids{"RFC9449-5-23"}, change: bearing(func(p *client.Policy) {
			other, draft, sign := another(), p.Draft, p.Sign
			exchanged := func(r client.ProofRequest) client.ProofRequest {
				if r.Grant == "refresh_token" {
					r.Key = other()
				}
				return r
			}
			p.Draft = func(r client.ProofRequest) dpop.Draft { return draft(exchanged(r)) }
			p.Sign = func(r client.ProofRequest, d dpop.Draft) (string, error) { return sign(exchanged(r), d) }
		})},
	{id: "CL-101", variant: "list", does: "puts the issuer into a list in aud of its assertion",
		breaks: ids{"FAPI2-5.3.3.1-05"}, profile: "fapi2", change: asserting(func(issuer string) any {
			return []string{issuer}
		})},
	{id: "CL-101", variant: "endpoint", does: "names the token endpoint in aud of its assertion",
		breaks: ids{"FAPI2-5.3.3.1-05"}, profile: "fapi2", change: asserting(func(issuer string) any {
			return issuer + "/token"
		})},
	{id: "CL-036", does: "fails on token_type in other letter case", breaks: ids{"RFC9449-5-17"},
		change: inClient(func(p *client.Policy) {
			honest := p.TokenType
			p.TokenType = func(bound bool, tokenType string) (string, error) {
				if bound && tokenType != dpop.Scheme {
					tokenType = "unknown"
				}
				return honest(bound, tokenType)
			}
		})},
	{id: "CL-037", variant: "query", does: "sends the token in the query", breaks: ids{"FAPI2-5.3.3.1-03"},
		change: represent(func(r *http.Request, c client.Credentials) {
			if c.Token != "" {
				r.URL.RawQuery = "access_token=" + url.QueryEscape(c.Token)
			}
		})},
	{id: "CL-037", variant: "body", does: "sends the token in the body", breaks: ids{"FAPI2-5.3.3.1-03"},
		change: represent(func(r *http.Request, c client.Credentials) {
			if c.Token != "" && r.Method == http.MethodPost {
				form := "access_token=" + url.QueryEscape(c.Token)
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				r.Body, r.ContentLength = io.NopCloser(strings.NewReader(form)), int64(len(form))
			}
		})},
	{id: "CL-037", variant: "cookie", does: "sends the token in a cookie too", breaks: ids{"FAPI2-5.3.3.1-03"},
		change: represent(func(r *http.Request, c client.Credentials) {
			if c.Token != "" {
				r.AddCookie(&http.Cookie{Name: "access_token", Value: c.Token})
			}
		})},
	{id: "CL-038", variant: "proof", does: "two DPoP fields", breaks: ids{"RFC9449-4.1-02", "RFC9449-7.1-01"},
		change: represent(func(r *http.Request, c client.Credentials) {
			if c.Proof != "" {
				r.Header.Add(dpop.Scheme, c.Proof)
			}
		})},
	{id: "CL-038", variant: "token", does: "two Authorization fields", breaks: ids{"RFC9449-4.1-02", "RFC9449-7.1-01"},
		change: represent(func(r *http.Request, c client.Credentials) {
			if c.Token != "" {
				r.Header.Add("Authorization", "Bearer "+c.Token)
			}
		})},
}

// bearing goes on with a Bearer token where a bound one was asked for, as RFC 9449 §5
// allows, and has a bug besides.
func bearing(bug inClient) inClient {
	return func(p *client.Policy) {
		goingOn(p)
		bug(p)
	}
}

// goingOn takes whatever type a token is of.
func goingOn(p *client.Policy) {
	p.TokenType = func(_ bool, tokenType string) (string, error) { return tokenType, nil }
}

// asserting makes aud of a client assertion of the issuer.
func asserting(audience func(issuer string) any) inClient {
	return func(p *client.Policy) {
		p.Assertion = func(claims *dpop.Object) {
			issuer, _ := claims.Text("aud")
			claims.Set("aud", audience(issuer))
		}
	}
}
