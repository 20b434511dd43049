package mockas_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
)

func TestAFaultOfOneGateStaysThere(t *testing.T) {
	grant := postGrant()
	token := func(p *party, uri string) int {
		return p.token(grant, p.proof(keyA, uri)).Status
	}
	par := func(p *party, uri string) int {
		return p.post(mockas.PathPAR, authorization("app"), p.proof(keyA, uri)).Status
	}
	userinfo := func(p *party, uri string) int {
		text := p.minted(mockas.Mint{Bound: keyA.Thumbprint})
		proof := p.proofFor(keyA, dpop.Occasion{Method: "GET", URI: p.URL(uri), AccessToken: text})
		return p.send(http.MethodGet, mockas.PathUserinfo, nil, authorize("DPoP", text), proof).Status
	}
	blind := func(v *dpop.Verifier) { v.Remove("htu") }
	for name, row := range map[string]struct {
		fault func(*mockas.Policy)
		want  [3]int // a proof for another endpoint at token, PAR, userinfo
	}{
		"honest":   {func(*mockas.Policy) {}, [3]int{400, 400, 401}},
		"token":    {func(p *mockas.Policy) { p.Token.Adjust = blind }, [3]int{200, 400, 401}},
		"PAR":      {func(p *mockas.Policy) { p.PAR.Adjust = blind }, [3]int{400, 201, 401}},
		"userinfo": {func(p *mockas.Policy) { p.Userinfo.Adjust = blind }, [3]int{400, 400, 200}},
	} {
		t.Run(name, func(t *testing.T) {
			policy := mockas.HonestPolicy()
			row.fault(&policy)
			p := start(t, func(c *mockas.Config) { c.Policy = &policy })
			got := [3]int{token(p, mockas.PathJWKS), par(p, mockas.PathJWKS), userinfo(p, mockas.PathJWKS)}
			if got != row.want {
				t.Errorf("answered %v, want %v", got, row.want)
			}
		})
	}
}

func TestAGateCanTreatOneGrantDifferently(t *testing.T) {
	policy := mockas.HonestPolicy()
	policy.Token.Judge = func(v *dpop.Verifier, r dpop.Request, from mockas.Sender) (*dpop.Proof, *dpop.Refusal) {
		proof, refusal := v.Verify(r)
		if from.Grant == mockas.GrantRefresh { // compares the key, checks nothing
			return proof, nil
		}
		return proof, refusal
	}
	p := start(t, func(c *mockas.Config) { c.Policy = &policy })
	wrong := func() wire.Field { return p.proof(keyA, mockas.PathPAR) }
	p.expect(p.token(codeGrant("app", p.code("app")), wrong()), http.StatusBadRequest, "invalid_dpop_proof")
	r := p.token(codeGrant("app", p.code("app")), p.proof(keyA, mockas.PathToken))
	p.expectBound(p.token(refreshGrant("app", r.text("refresh_token")), wrong()), keyA.Thumbprint)
}

func TestNoncesOfOneGateCanDiffer(t *testing.T) {
	policy := mockas.HonestPolicy()
	policy.PAR.Adjust = func(v *dpop.Verifier) { v.Nonces = nil }
	policy.Token.Adjust = func(v *dpop.Verifier) {
		window := dpop.NewNonceWindow(1000*time.Hour, v.Clock)
		window.Make = func() string { return "predictable" }
		v.Nonces = window
	}
	p := start(t, nonces, func(c *mockas.Config) { c.Policy = &policy })
	p.expect(p.post(mockas.PathPAR, authorization("app"), p.proof(keyA, mockas.PathPAR)), http.StatusCreated, "")
	f := postGrant()
	nonce := p.challenged(p.token(f, p.proof(keyA, mockas.PathToken)))
	if nonce != "predictable" {
		t.Fatalf("the nonce is %q", nonce)
	}
	p.clock.Advance(time.Hour)
	p.expectBound(p.token(f, p.proof(keyA, mockas.PathToken, withNonce(nonce))), keyA.Thumbprint)
}

func TestAnEndpointCanBeWrapped(t *testing.T) {
	policy := mockas.HonestPolicy()
	policy.Around = func(path string, next http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if path == mockas.PathIntrospect && len(policy.Token.Fields(r)) == 0 {
				mockas.WriteError(w, &mockas.Error{Status: http.StatusBadRequest, Code: "invalid_dpop_proof"})
				return
			}
			next(w, r)
		}
	}
	p := start(t, func(c *mockas.Config) { c.Policy = &policy })
	p.expect(p.post(mockas.PathIntrospect, form("token", "x"), basic("web", "s3cret")),
		http.StatusBadRequest, "invalid_dpop_proof")
	r := p.post(mockas.PathIntrospect, form("token", "x"), basic("web", "s3cret"), p.proof(keyA, mockas.PathIntrospect))
	p.expect(r, http.StatusOK, "")
}

func TestAProofIsJudgedByTheOriginThatClientsKnow(t *testing.T) {
	p := start(t)
	f := postGrant()
	for target, want := range map[string]int{
		mockas.PathToken:            200,
		"/%74oken":                  200, // the same path, RFC 3986 §6.2.2.2
		mockas.PathToken + "?x=1":   200,
		mockas.PathToken + "/":      404,
		strings.ToUpper("/token"):   404,
		"/.well-known/../token":     200,
		"/token%2f..":               404,
		"/" + "x" + "/../token?a=b": 200,
	} {
		if r := p.post(target, f, p.proof(keyA, mockas.PathToken)); r.Status != want {
			t.Errorf("%s answered %d %s, want %d", target, r.Status, r.Reply, want)
		}
	}
}
