package surroundings

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
)

// What the parties of every row have in common.
const (
	audience     = "https://orders.example"
	other        = "https://invoices.example"
	clientID     = "service"
	clientSecret = "secret-of-the-service"
	redirectURI  = "http://127.0.0.1/callback"
	scope        = "orders"
)

// grants are those that the client may use.
var grants = []string{mockas.GrantClientCredentials, mockas.GrantCode, mockas.GrantRefresh}

func (t traits) now() time.Time { return time.Now().Add(t.skew) }

// now is the clock of a subject in its surroundings, which are nil where nothing
// disturbs.
func (r Row) now(w *way) func() time.Time {
	if w == nil || r.clock == nil {
		return r.traits.now
	}
	return func() time.Time {
		ahead := r.clock(w)
		if ahead != 0 || r.traits.skew != 0 {
			w.happened()
		}
		return r.traits.now().Add(ahead)
	}
}

// change makes a verifier that of a subject in its surroundings, which are nil
// where nothing disturbs.
func (r Row) change(s Subject, w *way) func(*dpop.Verifier) {
	return func(v *dpop.Verifier) {
		if r.traits.past > 0 {
			v.Past, v.Future = r.traits.past, r.traits.future
		}
		switch {
		case s == Honest:
		case r.lacks == "":
			takeEverything(v, r.keeps)
		case w == nil || r.instance == nil:
			v.Remove(r.lacks)
		default:
			lackAtAnInstance(v, r.lacks, w, r.instance)
		}
	}
}

// takeEverything leaves of a verifier what finds out whose key a proof holds, so
// that a token can be bound to it, and one check, if it has a name.
func takeEverything(v *dpop.Verifier, but string) {
	var reading []func(*dpop.Verification) error
	checks := v.Checks
	for _, name := range []string{"form", "objects", "alg", "jwk", "key", "jti"} {
		reading = append(reading, v.Check(name))
	}
	v.Remove(dpop.CheckNames()...)
	v.Replace("field", func(p *dpop.Verification) error {
		if len(p.Fields) == 0 {
			return nil
		}
		p.Proof.Text = p.Fields[0]
		for i, read := range reading {
			if read(p) != nil && i < 2 {
				return nil // what follows reads what these have found
			}
		}
		return nil
	})
	if but != "" {
		i := slices.IndexFunc(checks, func(c dpop.Check) bool { return c.Name == but })
		v.Replace(but, checks[i].Do)
	}
}

func lackAtAnInstance(v *dpop.Verifier, check string, w *way, instance func(*way) bool) {
	honest := v.Check(check)
	v.Replace(check, func(p *dpop.Verification) error {
		if instance(w) {
			w.happened()
			return nil
		}
		return honest(p)
	})
}

// server is an authorization server.
func (r Row) server(origin string, key *dpop.Key, s Subject, w *way) (*mockas.Server, error) {
	c := mockas.Config{
		Key: key, Clock: r.now(w),
		APIs: []mockas.API{{Audience: audience}, {Audience: other}},
		Clients: []mockas.Client{{
			ID: clientID, Secret: clientSecret, Auth: mockas.AuthBasic, Grants: grants,
			RedirectURIs: []string{redirectURI}, AlwaysRefresh: true, Scope: scope + " openid offline_access profile",
		}},
	}
	if r.traits.nonces {
		c.Nonces, c.NonceLifetime = mockas.NonceRequired, r.traits.nonceLife
	}
	c.TokenLifetime, c.RequirePAR = r.traits.tokenLife, r.traits.pushes
	if r.traits.opaque {
		c.TokenFormat = mockas.FormatOpaque
	}
	if r.traits.public {
		c.Clients[0].Auth, c.Clients[0].Secret = mockas.AuthNone, ""
		c.Clients[0].Grants = []string{mockas.GrantCode, mockas.GrantRefresh}
	}
	if w != nil && r.nonces != nil {
		c.NonceSource = r.nonces(w, r.traits)
	}
	if w != nil && r.replays != nil {
		c.Replays = r.replays(w, r.traits)
	}
	policy := mockas.HonestPolicy()
	for _, gate := range []*mockas.Gate{&policy.Token, &policy.PAR, &policy.Userinfo} {
		gate.Adjust = r.change(s, w)
	}
	c.Policy = &policy
	return mockas.New(origin, c)
}

// api is an API that trusts the authorization server with a key.
func (r Row) api(
	origin, issuer string, as *mockas.Server, key *dpop.Key, s Subject, w *way,
) http.Handler {
	v := dpop.NewVerifier(r.now(w))
	if r.traits.nonces {
		v.Nonces = dpop.NewNonceWindow(cmp.Or(r.traits.nonceLife, 5*time.Minute), r.traits.now)
	}
	if w != nil && r.nonces != nil {
		v.Nonces = r.nonces(w, r.traits)
	}
	if w != nil && r.replays != nil {
		v.Replays = r.replays(w, r.traits)
	}
	r.change(s, w)(v)
	public := []dpop.PublicKey{{JWK: key.JWK(), Key: key.Public(), Thumbprint: key.Thumbprint}}
	c := mockrs.Config{
		Name: "orders", Audience: audience, Issuer: issuer, Clock: r.now(w), Verifier: v,
		Keys:   func(context.Context) ([]dpop.PublicKey, error) { return public, nil },
		Policy: mockrs.HonestPolicy(),
	}
	if r.traits.opaque {
		c.Introspect = func(_ context.Context, token string) (dpop.Object, error) { return as.Introspect(token), nil }
	}
	return mockrs.New(origin, c)
}
