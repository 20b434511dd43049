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
var bindingBugs = []apiBug{
	{"RS-007", "the proof is checked, the binding is not", rfc9449("4.3-79"), unchecked("binding")},
	{"RS-008", "the binding is checked, ath is not", rfc9449("4.3-76", "4.3-78"), unchecked("ath")},
	{"RS-009", "ath is checked only if present", rfc9449("4.3-76"),
		ath(func(v *dpop.Verification, honest func() error) error {
			if !v.Proof.Claims.Has("ath") {
				return nil
			}
			return honest()
		})},
	{"RS-010", "ath is compared ignoring case", rfc9449("4.3-77"), ath(sameHash(strings.EqualFold))},
	{"RS-010", "ath is compared as a prefix", rfc9449("4.3-77"),
		ath(sameHash(func(given, right string) bool { return given != "" && strings.HasPrefix(right, given) }))},
	{"RS-011", "ath is computed over scheme and token", rfc9449("4.3-77"),
		ath(hashed(func(token string) string { return dpop.Scheme + " " + token }))},
	{"RS-011", "ath is computed over the decoded claims", rfc9449("4.3-77"),
		ath(hashed(func(token string) string {
			_, claims, _, _ := dpop.SplitCompact(token, dpop.DecodeSegment)
			return string(claims)
		}))},
	{"RS-012", "ath is computed over the URL-decoded token", rfc9449("4.2-13", "4.3-77"),
		ath(hashed(func(token string) string {
			decoded, _ := url.QueryUnescape(token)
			return decoded
		}))},
	{"RS-012", "of the proof beside an opaque token the key alone is checked", rfc9449("7.1-03"), glancingAtOpaque},
	{"RS-013", "cnf.jkt is compared with the kid of the jwk", rfc9449("4.3-79"),
		apiCheck("binding", func(v *dpop.Verification, honest func() error) error {
			if kid, err := v.Proof.JWK.Text("kid"); err == nil && kid == v.Bound {
				return nil
			}
			return honest()
		})},
	{"RS-014", "cnf.jkt is taken from the proof", rfc9449("4.3-79"),
		apiCheck("binding", func(v *dpop.Verification, honest func() error) error {
			value, _ := v.Proof.Claims.Get("cnf")
			cnf, _ := dpop.ParseObject(value)
			if jkt, err := cnf.Text("jkt"); err == nil && jkt == v.Bound {
				return nil
			}
			return honest()
		})},
	{"RS-015", "a cnf without jkt is read as none", rfc9449("6-04"),
		apiPolicy(func(p *mockrs.Policy) {
			p.Confirmation = func(claims dpop.Object) mockrs.Confirmation {
				if c := mockrs.ReadConfirmation(claims); c.Thumbprint != "" {
					return c
				}
				return mockrs.Confirmation{}
			}
		})},
	{"RS-017", "an empty or missing jkt matches every key", rfc9449("4.3-80", "6-04"), unboundProven},
	{"RS-021", "a certificate-bound token passes with a proof alone", []string{"RFC8705-3-02"},
		func(c *mockrs.Config) {
			c.Policy.Confirmed = func(_ *http.Request, t *mockrs.Token) error {
				if t.Confirmation.Thumbprint == "" && t.Confirmation.Certificate == "" {
					return errors.New("the access token is not bound")
				}
				return nil
			}
			apiCheck("binding", skipUnbound)(c)
		}},
	{"RS-022", "of two bindings one is enough", []string{"RFC8705-3-01"},
		apiPolicy(func(p *mockrs.Policy) {
			p.Confirmed = func(_ *http.Request, t *mockrs.Token) error {
				if t.Confirmation.Thumbprint == "" {
					return errors.New("the access token is not bound to a DPoP key")
				}
				return nil
			}
		})},
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

// unchecked takes a check of the proof out.
func unchecked(check string) func(*mockrs.Config) {
	return func(c *mockrs.Config) { c.Verifier.Remove(check) }
}

// apiCheck puts another check in the place of an honest one, which it may call.
func apiCheck(check string, do func(v *dpop.Verification, honest func() error) error) func(*mockrs.Config) {
	return func(c *mockrs.Config) {
		honest := c.Verifier.Check(check)
		c.Verifier.Replace(check, func(v *dpop.Verification) error {
			return do(v, func() error { return honest(v) })
		})
	}
}

func ath(do func(v *dpop.Verification, honest func() error) error) func(*mockrs.Config) {
	return apiCheck("ath", do)
}

func sameHash(same func(given, right string) bool) func(*dpop.Verification, func() error) error {
	return func(v *dpop.Verification, _ func() error) error {
		if given, err := v.Proof.Claims.Text("ath"); err != nil || !same(given, dpop.TokenHash(v.AccessToken)) {
			return errors.New("ath is not the hash of the access token")
		}
		return nil
	}
}

// hashed compares with the hash of something else than the token.
func hashed(of func(token string) string) func(*dpop.Verification, func() error) error {
	return func(v *dpop.Verification, _ func() error) error {
		if given, err := v.Proof.Claims.Text("ath"); err != nil || given != dpop.TokenHash(of(v.AccessToken)) {
			return errors.New("ath is not the hash of the access token")
		}
		return nil
	}
}

func skipUnbound(v *dpop.Verification, honest func() error) error {
	if v.Bound == "" {
		return nil
	}
	return honest()
}

// unboundProven takes a token without a usable thumbprint with any proof.
func unboundProven(c *mockrs.Config) {
	honest := c.Policy.Confirmed
	c.Policy.Confirmed = func(r *http.Request, t *mockrs.Token) error {
		if t.Confirmation.Thumbprint == "" && t.Confirmation.Certificate == "" {
			return nil
		}
		return honest(r, t)
	}
	apiCheck("binding", skipUnbound)(c)
}
