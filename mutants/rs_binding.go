package mutants

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockrs"
)

// bindingBugs are bugs in tying token, proof and key together.
var bindingBugs = []row{
	{id: "RS-007", does: "the proof is checked, the binding is not", breaks: ids{"RFC9449-4.3-79"}, at: atAPI,
		change: removing("binding")},
	{id: "RS-008", does: "the binding is checked, ath is not",
		breaks: ids{"RFC9449-4.3-76", "RFC9449-4.3-78"}, at: atAPI, change: removing("ath")},
	{id: "RS-009", does: "ath is checked only if present", breaks: ids{"RFC9449-4.3-76"}, at: atAPI,
		change: skipping("ath", func(p *dpop.Verification) bool { return !p.Proof.Claims.Has("ath") })},
	{id: "RS-010", variant: "letter-case", does: "ath is compared ignoring case",
		breaks: ids{"RFC9449-4.3-77"}, at: atAPI,
		change: comparingAth(func(ath, token string) bool { return strings.EqualFold(ath, dpop.TokenHash(token)) })},
	{id: "RS-010", variant: "prefix", does: "ath is compared as a prefix", breaks: ids{"RFC9449-4.3-77"}, at: atAPI,
		change: comparingAth(func(ath, token string) bool {
			return ath != "" && strings.HasPrefix(dpop.TokenHash(token), ath)
		})},
	{id: "RS-011", variant: "with-scheme", does: "ath is computed over scheme and token",
		breaks: ids{"RFC9449-4.3-77", "RFC9449-6-01"}, at: atAPI,
		change: comparingAth(func(ath, token string) bool { return ath == dpop.TokenHash(dpop.Scheme+" "+token) })},
	{id: "RS-011", variant: "decoded-claims", does: "ath is computed over the decoded claims",
		breaks: ids{"RFC9449-4.3-77", "RFC9449-6-01"}, at: atAPI, change: comparingAth(func(ath, token string) bool {
			_, claims, _, _ := dpop.SplitCompact(token, dpop.DecodeSegment)
			return ath == dpop.TokenHash(string(claims))
		})},
	{id: "RS-012", variant: "url-decoded", does: "ath is computed over the URL-decoded token",
		breaks: ids{"RFC9449-4.2-13", "RFC9449-4.3-77"}, at: atAPI, change: comparingAth(func(ath, token string) bool {
			decoded, _ := url.QueryUnescape(token)
			return ath == dpop.TokenHash(decoded)
		})},
	{id: "RS-012", variant: "beside-opaque-tokens",
		does:   "of the proof beside an opaque token the key alone is checked",
		breaks: ids{"RFC9449-7.1-03"},
		change: inAPI(glancingAtOpaque)},
	{id: "RS-013", does: "cnf.jkt is compared with the kid of the jwk", breaks: ids{"RFC9449-4.3-79"}, at: atAPI,
		change: skipping("binding", func(p *dpop.Verification) bool {
			kid, err := p.Proof.JWK.Text("kid")
			return err == nil && kid == p.Bound
		})},
	{id: "RS-014", does: "cnf.jkt is taken from the proof", breaks: ids{"RFC9449-4.3-79"}, at: atAPI,
		change: skipping("binding", func(p *dpop.Verification) bool {
			value, _ := p.Proof.Claims.Get("cnf")
			cnf, _ := dpop.ParseObject(value)
			jkt, err := cnf.Text("jkt")
			return err == nil && jkt == p.Bound
		})},
	{id: "RS-015", does: "a cnf without jkt is read as none", breaks: ids{"RFC9449-6-04"},
		change: inAPI(func(c *mockrs.Config) {
			c.Policy.Confirmation = func(claims dpop.Object) mockrs.Confirmation {
				if c := mockrs.ReadConfirmation(claims); c.Thumbprint != "" {
					return c
				}
				return mockrs.Confirmation{}
			}
		})},
	{id: "RS-017", does: "an empty or missing jkt matches every key", breaks: ids{"RFC9449-4.3-80", "RFC9449-6-04"},
		change: inAPI(func(c *mockrs.Config) {
			honest := c.Policy.Confirmed
			c.Policy.Confirmed = func(r *http.Request, t *mockrs.Token) error {
				if t.Confirmation.Thumbprint == "" && t.Confirmation.Certificate == "" {
					return nil
				}
				return honest(r, t)
			}
			skipping("binding", unbound)(c.Verifier)
		})},
	{id: "RS-021", does: "a certificate-bound token passes with a proof alone", breaks: ids{"RFC8705-3-02"},
		change: inAPI(func(c *mockrs.Config) {
			c.Policy.Confirmed = func(_ *http.Request, t *mockrs.Token) error {
				if t.Confirmation.Thumbprint == "" && t.Confirmation.Certificate == "" {
					return errors.New("the access token is not bound")
				}
				return nil
			}
			skipping("binding", unbound)(c.Verifier)
		})},
	{id: "RS-022", does: "of two bindings one is enough", breaks: ids{"RFC8705-3-01"}, change: inAPI(byThumbprint)},
}

func unbound(p *dpop.Verification) bool { return p.Bound == "" }

// byThumbprint knows nothing of RFC 8705 and ignores what it says in cnf.
func byThumbprint(c *mockrs.Config) {
	c.Policy.Confirmed = func(_ *http.Request, t *mockrs.Token) error {
		if t.Confirmation.Thumbprint == "" {
			return errors.New("the access token is not bound to a DPoP key")
		}
		return nil
	}
}

// glancingAtOpaque compares the key of a proof beside an introspected token and
// looks at nothing else of it.
func glancingAtOpaque(c *mockrs.Config) {
	honest := c.Policy.Proven
	c.Policy.Proven = func(a *mockrs.API, r *http.Request, cred dpop.Credentials, t *mockrs.Token) *mockrs.Failure {
		if !t.Claims.Has("active") {
			return honest(a, r, cred, t)
		}
		full := a.Verifier
		defer func() { a.Verifier = full }()
		a.Verifier = full.Clone()
		a.Verifier.Remove("signature", "htm", "htu", "iat", "ath")
		return honest(a, r, cred, t)
	}
}

// comparingAth judges ath by the given comparison.
func comparingAth(same func(ath, token string) bool) inVerifier {
	return replacing("ath", func(p *dpop.Verification) error {
		if ath, err := p.Proof.Claims.Text("ath"); err != nil || !same(ath, p.AccessToken) {
			return errors.New("ath is not the hash of the access token")
		}
		return nil
	})
}
