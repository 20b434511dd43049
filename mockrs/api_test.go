package mockrs_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockrs"
)

func TestAnHonestRequestIsServedWithAnyMethodAndPath(t *testing.T) {
	p := start(t)
	for _, target := range []string{"/", "/orders", "/orders?x=1&y=%20", "/a%2Fb/c"} {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} {
			token := p.token(clientKey.Thumbprint, nil)
			proof := p.proof(clientKey, method, origin+target, token)
			if w := p.send(bound(method, target, token, proof)); w.Code != http.StatusOK {
				t.Errorf("%s %s: %d %s", method, target, w.Code, w.Body)
			}
		}
	}
}

func TestEachWayOfSendingATokenGetsItsAnswer(t *testing.T) {
	tests := []struct {
		name   string
		mode   mockrs.Mode
		bound  bool
		scheme string
		proof  bool
		status int
		code   string
	}{
		{"bound with proof", mockrs.Required, true, "DPoP", true, 200, ""},
		{"bound with proof", mockrs.Allowed, true, "DPoP", true, 200, ""},
		{"bound with proof, scheme in other letter case", mockrs.Required, true, "dPOP", true, 200, ""},
		{"bound without proof", mockrs.Required, true, "DPoP", false, 401, "invalid_dpop_proof"},
		{"bound without proof", mockrs.Allowed, true, "DPoP", false, 401, "invalid_dpop_proof"},
		{"bound as Bearer", mockrs.Required, true, "Bearer", false, 401, "invalid_token"},
		{"bound as Bearer", mockrs.Allowed, true, "Bearer", false, 401, "invalid_token"},
		{"bound as Bearer in other letter case", mockrs.Allowed, true, "BeArEr", false, 401, "invalid_token"},
		{"bound as Bearer with proof", mockrs.Allowed, true, "Bearer", true, 401, "invalid_token"},
		{"unbound with the DPoP scheme", mockrs.Allowed, false, "DPoP", true, 401, "invalid_token"},
		{"unbound as Bearer", mockrs.Required, false, "Bearer", false, 401, "invalid_token"},
		{"unbound as Bearer", mockrs.Allowed, false, "Bearer", false, 200, ""},
		{"unbound as Bearer with proof", mockrs.Allowed, false, "Bearer", true, 401, "invalid_token"},
		{"unknown scheme", mockrs.Allowed, true, "Basic", true, 401, ""},
	}
	for _, test := range tests {
		t.Run(string(test.mode)+" "+test.name, func(t *testing.T) {
			p := start(t, func(c *mockrs.Config) { c.Mode = test.mode })
			jkt := map[bool]string{true: clientKey.Thumbprint}[test.bound]
			token := p.token(jkt, nil)
			r := request("GET", "/orders", "Authorization: "+test.scheme+" "+token)
			if test.proof {
				r.Header["DPoP"] = []string{p.proof(clientKey, "GET", origin+"/orders", token)}
			}
			w := p.send(r)
			if w.Code != test.status || errorOf(w) != test.code {
				t.Errorf("%d %q, want %d %q", w.Code, errorOf(w), test.status, test.code)
			}
		})
	}
}

func TestABoundTokenNeedsAProofByItsKey(t *testing.T) {
	p := start(t)
	token := p.token(clientKey.Thumbprint, nil)
	w := p.send(p.orders(token, otherKey))
	if w.Code != 401 || errorOf(w) != dpop.InvalidToken {
		t.Errorf("%d %q", w.Code, errorOf(w))
	}
}

func TestAProofIsUsedOnceAlsoOnAnotherReplica(t *testing.T) {
	p := start(t)
	replica := start(t, func(c *mockrs.Config) {
		c.Clock, c.Verifier.Clock, c.Verifier.Replays = p.clock.Now, p.clock.Now, p.Verifier.Replays
	})
	r := p.honest("GET", "/orders")
	for i, api := range []*party{p, replica, p} {
		if w := api.send(r); (w.Code == 200) != (i == 0) {
			t.Errorf("use %d of one proof: %d", i+1, w.Code)
		}
	}
}

func TestSeveralAPIsAtOnceTakeOnlyTheirOwnTokens(t *testing.T) {
	orders := start(t, func(c *mockrs.Config) { c.Audience = "https://orders.example" })
	invoices := start(t, func(c *mockrs.Config) { c.Audience = "https://invoices.example" })
	for _, own := range []*party{orders, invoices} {
		for _, called := range []*party{orders, invoices} {
			if w := called.send(own.honest("GET", "/x")); (w.Code == 200) != (own == called) {
				t.Errorf("a token for %s at %s: %d", own.Audience, called.Audience, w.Code)
			}
		}
	}
}

func TestOnlyServedRequestsHaveEffects(t *testing.T) {
	p := start(t)
	for _, method := range []string{"GET", "HEAD", "OPTIONS", "POST", "DELETE"} {
		p.send(p.honest(method, "/orders"))
		p.send(request(method, "/orders"))
		p.send(request(method, "/orders", "Authorization: Bearer "+p.token(clientKey.Thumbprint, nil)))
	}
	if p.Effects() != 2 {
		t.Errorf("%d effects, want 2: one POST, one DELETE", p.Effects())
	}
	if w := p.send(request("GET", "/count")); w.Body.String() != `{"effects":2}` {
		t.Errorf("/count says %s", w.Body)
	}
}

func TestARefusalServesNothing(t *testing.T) {
	p := start(t)
	for _, method := range []string{"GET", "HEAD", "OPTIONS", "TRACE", "POST"} {
		w := p.send(request(method, "/orders", "X-Auth-Verified: true", "X-Forwarded-User: admin"))
		if w.Code != 401 || w.Body.Len() != 0 {
			t.Errorf("%s: %d %q", method, w.Code, w.Body)
		}
	}
}

func TestATokenWithoutTheScopeIsForbidden(t *testing.T) {
	p := start(t, func(c *mockrs.Config) { c.Scope = "admin" })
	w := p.send(p.honest("GET", "/orders"))
	if w.Code != http.StatusForbidden || errorOf(w) != "insufficient_scope" {
		t.Errorf("%d %q", w.Code, errorOf(w))
	}
	found := lines(w, "WWW-Authenticate")
	if len(found) != 1 || !strings.HasPrefix(found[0], `DPoP error="insufficient_scope"`) {
		t.Errorf("challenges %q", found)
	}
}

func TestAnAPIWithNoncesChallengesAndThenServes(t *testing.T) {
	p := start(t, func(c *mockrs.Config) { c.Verifier.Nonces = dpop.NewNonceWindow(5*60*1e9, c.Clock) })
	w := p.send(p.honest("GET", "/orders"))
	nonce := lines(w, "DPoP-Nonce")
	stored := w.Header().Get("Cache-Control")
	if w.Code != 401 || errorOf(w) != dpop.UseNonce || len(nonce) != 1 || stored != "no-store" {
		t.Fatalf("%d %q %v %q", w.Code, errorOf(w), nonce, stored)
	}
	token := p.token(clientKey.Thumbprint, nil)
	o := dpop.Occasion{Method: "GET", URI: origin + "/orders", AccessToken: token, Nonce: nonce[0]}
	proof, err := dpop.NewProof(clientKey, o, p.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	if w = p.send(bound("GET", "/orders", token, proof)); w.Code != 200 || len(lines(w, "DPoP-Nonce")) != 1 {
		t.Errorf("%d %v", w.Code, lines(w, "DPoP-Nonce"))
	}
}
