package mockas_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/mockas"
)

func TestThePublicClientsRefreshTokenStaysBoundThroughRotation(t *testing.T) {
	p := start(t)
	r := p.token(codeGrant("app", p.code("app")), p.proof(keyA, mockas.PathToken))
	for range 3 {
		f := refreshGrant("app", r.text("refresh_token"))
		p.expect(p.token(f, p.proof(keyB, mockas.PathToken)), http.StatusBadRequest, "invalid_grant")
		p.expect(p.token(f), http.StatusBadRequest, "invalid_request")
		r = p.token(f, p.proof(keyA, mockas.PathToken))
		p.expectBound(r, keyA.Thumbprint)
	}
}

func TestTheConfidentialClientMayChangeItsKey(t *testing.T) {
	p := start(t)
	f := codeGrant("web", p.code("web"))
	r := p.token(f, basic("web", "s3cret"), p.proof(keyA, mockas.PathToken))
	p.expectBound(r, keyA.Thumbprint)
	r = p.token(refreshGrant("web", r.text("refresh_token")), basic("web", "s3cret"), p.proof(keyB, mockas.PathToken))
	p.expectBound(r, keyB.Thumbprint)
	r = p.token(refreshGrant("web", r.text("refresh_token")), basic("web", "s3cret"))
	p.expectBound(r, "")
}

func TestAReplacedRefreshTokenRevokesTheGrant(t *testing.T) {
	p := start(t)
	first := p.token(codeGrant("app", p.code("app")))
	second := p.token(refreshGrant("app", first.text("refresh_token")))
	p.expect(second, http.StatusOK, "")
	for _, token := range []string{first.text("refresh_token"), second.text("refresh_token")} {
		p.expect(p.token(refreshGrant("app", token)), http.StatusBadRequest, "invalid_grant")
	}
}

func TestARefreshTokenThatIsNotRotatedStays(t *testing.T) {
	p := start(t, func(c *mockas.Config) { c.Clients[0].KeepRefresh = true })
	r := p.token(codeGrant("app", p.code("app")))
	for range 2 {
		again := p.token(refreshGrant("app", r.text("refresh_token")))
		p.expect(again, http.StatusOK, "")
		if again.body.Has("refresh_token") {
			t.Error("a new refresh token came")
		}
	}
}

func TestRefreshTokensExpireAndBelongToTheirClient(t *testing.T) {
	p := start(t)
	r := p.token(codeGrant("app", p.code("app")))
	f := refreshGrant("web", r.text("refresh_token"))
	p.expect(p.token(f, basic("web", "s3cret")), http.StatusBadRequest, "invalid_grant")
	f = refreshGrant("app", r.text("access_token"))
	p.expect(p.token(f), http.StatusBadRequest, "invalid_grant")
	p.clock.Advance(25 * time.Hour)
	p.expect(p.token(refreshGrant("app", r.text("refresh_token"))), http.StatusBadRequest, "invalid_grant")
}

func TestOneRefreshTokenServesTheAudiencesOfTheClientsPolicy(t *testing.T) {
	p := start(t)
	r := p.token(codeGrant("app", p.code("app", "audience", orders)), p.proof(keyA, mockas.PathToken))
	for _, row := range []struct {
		audience string
		status   int
		code     string
	}{
		{"", 200, ""}, {orders, 200, ""}, {bills, 200, ""}, {guarded, 400, "invalid_target"}, {"", 200, ""},
	} {
		f := refreshGrant("app", r.text("refresh_token"))
		if row.audience != "" {
			f.Set("audience", row.audience)
		}
		answer := p.token(f, p.proof(keyA, mockas.PathToken))
		p.expect(answer, row.status, row.code)
		if row.status == 200 {
			want := row.audience
			if want == "" {
				want = orders
			}
			if aud, _ := p.Introspect(answer.text("access_token")).Text("aud"); aud != want {
				t.Errorf("aud is %q, want %q", aud, want)
			}
			r = answer
		}
	}
}

func TestTheScopeOfARefreshOnlyShrinks(t *testing.T) {
	p := start(t)
	r := p.token(codeGrant("app", p.code("app", "scope", "openid read:orders", "audience", orders)))
	f := refreshGrant("app", r.text("refresh_token"))
	f.Set("scope", "openid email")
	p.expect(p.token(f), http.StatusBadRequest, "invalid_scope")
	f.Set("scope", "openid")
	if r = p.token(f); r.text("scope") != "openid" || !r.body.Has("id_token") {
		t.Errorf("got %s", r.Reply)
	}
	if r = p.token(refreshGrant("app", r.text("refresh_token"))); r.text("scope") != "openid read:orders" {
		t.Errorf("got %s", r.Reply)
	}
}
