package mockas_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
)

func nonces(c *mockas.Config) { c.Nonces = mockas.NonceRequired }

// challenged demands a nonce challenge and returns its nonce.
func (p *party) challenged(r reply) string {
	p.Helper()
	p.expect(r, http.StatusBadRequest, "use_dpop_nonce")
	nonce, one := r.Answer.One("DPoP-Nonce")
	if !one || !dpop.ValidNonce(nonce) {
		p.Fatalf("DPoP-Nonce is %q", r.Answer.Values("DPoP-Nonce"))
	}
	if cache, _ := r.Answer.One("Cache-Control"); cache != "no-store" {
		p.Fatalf("a challenge may be cached: %q", cache)
	}
	return nonce
}

func TestAChallengeLeavesCodeRefreshTokenAndProofUsable(t *testing.T) {
	p := start(t, nonces)
	f := codeGrant("app", p.code("app"))
	var first reply
	for range 2 { // the code, then the refresh token
		jti := func(d *dpop.Draft) { d.Claims.Set("jti", "the-same") }
		nonce := p.challenged(p.token(f, p.proof(keyA, mockas.PathToken, jti)))
		p.challenged(p.token(f, p.proof(keyA, mockas.PathToken, withNonce("wrong"))))
		first = p.token(f, p.proof(keyA, mockas.PathToken, jti, withNonce(nonce)))
		p.expectBound(first, keyA.Thumbprint)
		f = refreshGrant("app", first.text("refresh_token"))
		p.clock.Advance(2 * time.Minute) // the jti is forgotten
	}
	if _, one := first.Answer.One("DPoP-Nonce"); !one {
		t.Error("a success hands out no nonce")
	}
}

func TestPARAsksForANonceToo(t *testing.T) {
	p := start(t, nonces)
	nonce := p.challenged(p.post(mockas.PathPAR, authorization("app"), p.proof(keyA, mockas.PathPAR)))
	p.expect(p.post(mockas.PathPAR, authorization("app"), p.proof(keyA, mockas.PathPAR, withNonce(nonce))),
		http.StatusCreated, "")
	p.expect(p.post(mockas.PathPAR, authorization("app")), http.StatusCreated, "")
}

func TestNoncesRotateOverlapAndExpire(t *testing.T) {
	p := start(t, nonces)
	f := postGrant()
	old := p.challenged(p.token(f, p.proof(keyA, mockas.PathToken)))
	fresh := p.RotateNonce()
	if fresh == old {
		t.Fatal("the nonce did not change")
	}
	for _, nonce := range []string{old, fresh} {
		p.expectBound(p.token(f, p.proof(keyA, mockas.PathToken, withNonce(nonce))), keyA.Thumbprint)
	}
	p.clock.Advance(5 * time.Minute)
	if next := p.challenged(p.token(f, p.proof(keyA, mockas.PathToken, withNonce(fresh)))); next == fresh {
		t.Error("an expired nonce was handed out again")
	}
}

func TestEverySuccessCanHandOutANewNonce(t *testing.T) {
	p := start(t, nonces, func(c *mockas.Config) { c.RotateNonces = true })
	f := postGrant()
	nonce := p.challenged(p.token(f, p.proof(keyA, mockas.PathToken)))
	for range 3 {
		r := p.token(f, p.proof(keyA, mockas.PathToken, withNonce(nonce)))
		p.expectBound(r, keyA.Thumbprint)
		next, _ := r.Answer.One("DPoP-Nonce")
		if next == nonce {
			t.Fatal("the nonce did not change")
		}
		nonce = next
	}
}

func TestNoncesAreAskedOfTheClientsThatNeedThem(t *testing.T) {
	p := start(t, func(c *mockas.Config) { c.Clients[2].NonceRequired = true })
	f := postGrant()
	p.challenged(p.token(f, p.proof(keyA, mockas.PathToken)))
	r := p.token(codeGrant("app", p.code("app")), p.proof(keyA, mockas.PathToken))
	p.expectBound(r, keyA.Thumbprint)
	if len(r.Answer.Values("DPoP-Nonce")) > 0 {
		t.Error("a client that needs none got a nonce")
	}
}

func TestTheNonceModeCanChangeWhileTheServerRuns(t *testing.T) {
	p := start(t)
	f := postGrant()
	p.expectBound(p.token(f, p.proof(keyA, mockas.PathToken)), keyA.Thumbprint)
	p.SetNonces(mockas.NonceRequired)
	p.challenged(p.token(f, p.proof(keyA, mockas.PathToken)))
}

func TestANonceChallengeLeavesTheClientAssertionUsable(t *testing.T) {
	p := start(t, nonces)
	f := p.withAssertion(clientGrant(), nil)
	nonce := p.challenged(p.token(f, p.proof(keyA, mockas.PathToken)))
	p.expectBound(p.token(f, p.proof(keyA, mockas.PathToken, withNonce(nonce))), keyA.Thumbprint)
	p.expect(p.token(f, p.proof(keyA, mockas.PathToken, withNonce(nonce))), http.StatusUnauthorized, "invalid_client")
}

// withAssertion adds an assertion of the client "signed".
func (p *party) withAssertion(f url.Values, change func(*dpop.Object)) url.Values {
	p.Helper()
	now := p.clock.Now().Unix()
	var header, claims dpop.Object
	header.Add("alg", "ES256")
	claims.Add("iss", "signed")
	claims.Add("sub", "signed")
	claims.Add("aud", p.Issuer())
	claims.Add("jti", dpop.NewID())
	claims.Add("iat", now)
	claims.Add("exp", now+60)
	if change != nil {
		change(&claims)
	}
	text, err := dpop.SignCompact(keyB, header.JSON(), claims.JSON())
	if err != nil {
		p.Fatal(err)
	}
	f.Set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
	f.Set("client_assertion", text)
	return f
}

func TestTheClientIsAuthenticatedByItsOneMethod(t *testing.T) {
	p := start(t)
	altered := func(claim string, value any) url.Values {
		return p.withAssertion(clientGrant(), func(c *dpop.Object) { c.Set(claim, value) })
	}
	without := func(claim string) url.Values {
		return p.withAssertion(clientGrant(), func(c *dpop.Object) { c.Delete(claim) })
	}
	twice := p.withAssertion(clientGrant(), func(c *dpop.Object) { c.Add("sub", "web") })
	webPost := clientGrant("client_id", "web", "client_secret", "s3cret")
	web, bearer := basic("web", "s3cret"), wire.Field{Name: "Authorization", Value: "Bearer x"}
	proof := p.proof(keyA, mockas.PathToken)
	for name, row := range map[string]struct {
		form   url.Values
		fields []wire.Field
		status int
		code   string
	}{
		"basic":                   {clientGrant(), []wire.Field{web}, 200, ""},
		"post":                    {postGrant(), nil, 200, ""},
		"private_key_jwt":         {p.withAssertion(clientGrant(), nil), nil, 200, ""},
		"a proof alone":           {clientGrant("client_id", "post"), []wire.Field{proof}, 401, "invalid_client"},
		"nobody":                  {clientGrant(), nil, 401, "invalid_client"},
		"unknown":                 {clientGrant("client_id", "x", "client_secret", "y"), nil, 401, "invalid_client"},
		"wrong secret":            {clientGrant("client_id", "post", "client_secret", "x"), nil, 401, "invalid_client"},
		"wrong basic":             {clientGrant(), []wire.Field{basic("web", "x")}, 401, "invalid_client"},
		"post instead of basic":   {webPost, nil, 401, "invalid_client"},
		"two methods":             {webPost, []wire.Field{web}, 400, "invalid_request"},
		"two fields":              {clientGrant(), []wire.Field{web, web}, 400, "invalid_request"},
		"two clients":             {clientGrant("client_id", "post"), []wire.Field{web}, 400, "invalid_request"},
		"other scheme":            {clientGrant(), []wire.Field{bearer}, 401, "invalid_client"},
		"assertion for another":   {altered("aud", "https://x.example"), nil, 401, "invalid_client"},
		"assertion expired":       {altered("exp", 1), nil, 401, "invalid_client"},
		"assertion without exp":   {without("exp"), nil, 401, "invalid_client"},
		"assertion without jti":   {without("jti"), nil, 401, "invalid_client"},
		"assertion of another":    {altered("iss", "web"), nil, 401, "invalid_client"},
		"assertion with list":     {altered("aud", []string{p.URL(mockas.PathToken)}), nil, 200, ""},
		"assertion years ahead":   {altered("exp", 4_000_000_000), nil, 401, "invalid_client"},
		"assertion in future":     {altered("nbf", 1_900_000_000), nil, 401, "invalid_client"},
		"assertion, member twice": {twice, nil, 401, "invalid_client"},
	} {
		t.Run(name, func(t *testing.T) {
			r := p.token(row.form, row.fields...)
			p.expect(r, row.status, row.code)
			challenged := len(r.Answer.Values("WWW-Authenticate")) > 0
			want := row.status == 401 && len(row.fields) > 0 && row.fields[0].Name == "Authorization"
			if challenged != want {
				t.Errorf("challenged: %v, want %v", challenged, want)
			}
		})
	}
}
