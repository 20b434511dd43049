package mockas_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
)

func TestTheRedirectCarriesCodeStateAndIssuer(t *testing.T) {
	p := start(t)
	got := p.visit(authorization("app"))
	if got.Get("code") == "" || got.Get("state") != "st" || got.Get("iss") != p.Issuer() {
		t.Errorf("redirected with %v", got)
	}
}

func TestABadAuthorizationRequestIsRefused(t *testing.T) {
	p := start(t)
	for name, row := range map[string]struct {
		set, to  string
		redirect bool
		code     string
	}{
		"unknown client":       {"client_id", "nobody", false, "invalid_request"},
		"other redirect":       {"redirect_uri", "https://evil.example/cb", false, "invalid_request"},
		"no response type":     {"response_type", "", true, "invalid_request"},
		"token response type":  {"response_type", "token", true, "unsupported_response_type"},
		"plain PKCE":           {"code_challenge_method", "plain", true, "invalid_request"},
		"no PKCE":              {"code_challenge", "", true, "invalid_request"},
		"unknown audience":     {"audience", "https://x.example", true, "invalid_target"},
		"short dpop_jkt":       {"dpop_jkt", keyA.Thumbprint[:42], true, "invalid_request"},
		"long dpop_jkt":        {"dpop_jkt", keyA.Thumbprint + "A", true, "invalid_request"},
		"padded dpop_jkt":      {"dpop_jkt", keyA.Thumbprint + "=", true, "invalid_request"},
		"unknown request_uri":  {"request_uri", "urn:ietf:params:oauth:request_uri:x", false, "invalid_request_uri"},
		"unsigned request":     {"request", "e30.e30.", false, "invalid_request_object"},
		"foreign request file": {"request_uri", "https://evil.example/r", false, "invalid_request_uri"},
	} {
		t.Run(name, func(t *testing.T) {
			f := authorization("app")
			f.Set(row.set, row.to)
			if row.redirect {
				if got := p.visit(f); got.Get("error") != row.code || got.Has("code") || got.Get("state") != "st" {
					t.Errorf("redirected with %v", got)
				}
				return
			}
			p.expect(p.send(http.MethodGet, mockas.PathAuthorize+"?"+f.Encode(), nil), http.StatusBadRequest, row.code)
		})
	}
	repeated := authorization("app").Encode() + "&dpop_jkt=" + keyA.Thumbprint + "&dpop_jkt=" + keyB.Thumbprint
	p.expect(p.send(http.MethodGet, mockas.PathAuthorize+"?"+repeated, nil), http.StatusBadRequest, "invalid_request")
}

func TestALoopbackRedirectMayUseAnyPort(t *testing.T) {
	p := start(t)
	f := authorization("app")
	f.Set("redirect_uri", "http://127.0.0.1:4711/cb")
	if p.visit(f).Get("code") == "" {
		t.Error("no code was issued")
	}
}

func TestARedirectThatOnlyBeginsWithTheRegisteredOneIsRefused(t *testing.T) {
	p := start(t)
	for _, ending := range []string{"2", "/", "/more", "?", "?x=1", "#", "#x", ";x", "%20", "/../evil", "\\@evil.example"} {
		f := authorization("app")
		f.Set("redirect_uri", "http://127.0.0.1:4711/cb"+ending)
		p.expect(p.send(http.MethodGet, mockas.PathAuthorize+"?"+f.Encode(), nil), http.StatusBadRequest, "invalid_request")
	}
	for _, address := range []string{
		"http://127.0.0.1.evil.example/cb", "http://127.0.0.1@evil.example/cb", "http://127.0.0.1:1@evil.example/cb",
		"http://127.0.0.1:1.evil.example/cb", "http://127.0.0.11:4711/cb", "https://127.0.0.1/cb", "http://127.0.0.1/%63b",
		"HTTP://127.0.0.1:4711/cb",
	} {
		f := authorization("app")
		f.Set("redirect_uri", address)
		p.expect(p.send(http.MethodGet, mockas.PathAuthorize+"?"+f.Encode(), nil), http.StatusBadRequest, "invalid_request")
	}
}

func TestACodeIsHeldAgainstItsRequest(t *testing.T) {
	p := start(t)
	for name, row := range map[string]struct{ set, to, code string }{
		"no verifier":    {"code_verifier", "", "invalid_grant"},
		"wrong verifier": {"code_verifier", verifier + "x", "invalid_grant"},
		"other redirect": {"redirect_uri", "http://127.0.0.1:1/cb", "invalid_grant"},
		"unknown code":   {"code", "x", "invalid_grant"},
		"no code":        {"code", "", "invalid_request"},
		"other audience": {"audience", orders, "invalid_target"},
	} {
		t.Run(name, func(t *testing.T) {
			f := codeGrant("app", p.code("app", "dpop_jkt", keyA.Thumbprint))
			good := f.Get("code")
			f.Set(row.set, row.to)
			p.expect(p.token(f, p.proof(keyA, mockas.PathToken)), http.StatusBadRequest, row.code)
			p.expectBound(p.token(codeGrant("app", good), p.proof(keyA, mockas.PathToken)), keyA.Thumbprint)
		})
	}
	other := codeGrant("web", p.code("app"))
	p.expect(p.token(other, basic("web", "s3cret")), http.StatusBadRequest, "invalid_grant")
	late := p.code("app")
	p.clock.Advance(time.Minute)
	p.expect(p.token(codeGrant("app", late)), http.StatusBadRequest, "invalid_grant")
}

func TestASecondUseOfACodeRevokesItsTokens(t *testing.T) {
	p := start(t)
	code := p.code("app", "audience", bills)
	first := p.token(codeGrant("app", code))
	p.expect(first, http.StatusOK, "")
	p.expect(p.token(codeGrant("app", code)), http.StatusBadRequest, "invalid_grant")
	if active, _ := p.Introspect(first.text("access_token")).Get("active"); string(active) != "false" {
		t.Error("the token of the first use is still good")
	}
}

// bind is one way of binding a code to key A; it returns the code.
var bindings = map[string]func(p *party) string{
	"dpop_jkt at authorize": func(p *party) string { return p.code("app", "dpop_jkt", keyA.Thumbprint) },
	"dpop_jkt at PAR":       func(p *party) string { return p.pushed(authorization("app", "dpop_jkt", keyA.Thumbprint)) },
	"proof at PAR": func(p *party) string {
		return p.pushed(authorization("app"), p.proof(keyA, mockas.PathPAR))
	},
	"both at PAR": func(p *party) string {
		return p.pushed(authorization("app", "dpop_jkt", keyA.Thumbprint), p.proof(keyA, mockas.PathPAR))
	},
	"PAR, with another key in the front channel": func(p *party) string {
		uri := p.post(mockas.PathPAR, authorization("app", "dpop_jkt", keyA.Thumbprint)).text("request_uri")
		return p.visit(form("client_id", "app", "request_uri", uri, "dpop_jkt", keyB.Thumbprint)).Get("code")
	},
}

func (p *party) pushed(f url.Values, fields ...wire.Field) string {
	p.Helper()
	r := p.post(mockas.PathPAR, f, fields...)
	p.expect(r, http.StatusCreated, "")
	return p.visit(form("client_id", f.Get("client_id"), "request_uri", r.text("request_uri"))).Get("code")
}

func TestABoundCodeIsOnlyGoodWithItsKey(t *testing.T) {
	for name, bind := range bindings {
		t.Run(name, func(t *testing.T) {
			p := start(t)
			code := bind(p)
			p.expect(p.token(codeGrant("app", code), p.proof(keyB, mockas.PathToken)),
				http.StatusBadRequest, "invalid_grant")
			p.expect(p.token(codeGrant("app", code)), http.StatusBadRequest, "invalid_request")
			p.expectBound(p.token(codeGrant("app", code), p.proof(keyA, mockas.PathToken)), keyA.Thumbprint)
		})
	}
}

func TestTwoKeysAtPARAreRefused(t *testing.T) {
	p := start(t)
	r := p.post(mockas.PathPAR, authorization("app", "dpop_jkt", keyB.Thumbprint), p.proof(keyA, mockas.PathPAR))
	p.expect(r, http.StatusBadRequest, "invalid_request")
}

func TestAProofForTheTokenEndpointIsNoneForPAR(t *testing.T) {
	p := start(t)
	p.expect(p.post(mockas.PathPAR, authorization("app"), p.proof(keyA, mockas.PathToken)),
		http.StatusBadRequest, "invalid_dpop_proof")
}

func TestAPushedRequestWithoutAnyKeyLeavesTheTokenRequestFree(t *testing.T) {
	p := start(t)
	code := p.pushed(authorization("app"))
	p.expectBound(p.token(codeGrant("app", code), p.proof(keyB, mockas.PathToken)), keyB.Thumbprint)
}

func TestAPushedRequestBelongsToItsClientAndIsUsedOnce(t *testing.T) {
	p := start(t)
	uri := p.post(mockas.PathPAR, authorization("app")).text("request_uri")
	front := func(client string) string {
		return mockas.PathAuthorize + "?" + form("client_id", client, "request_uri", uri).Encode()
	}
	p.expect(p.send(http.MethodGet, front("web"), nil), http.StatusBadRequest, "invalid_request_uri")
	if r := p.send(http.MethodGet, front("app"), nil); r.Status != http.StatusFound {
		t.Fatalf("answered %d", r.Status)
	}
	p.expect(p.send(http.MethodGet, front("app"), nil), http.StatusBadRequest, "invalid_request_uri")
	p.expect(p.post(mockas.PathPAR, form("client_id", "app", "request_uri", uri)),
		http.StatusBadRequest, "invalid_request")
	p.expect(p.post(mockas.PathPAR, authorization("web"), p.proof(keyA, mockas.PathPAR)),
		http.StatusUnauthorized, "invalid_client")
	late := p.post(mockas.PathPAR, authorization("app")).text("request_uri")
	p.clock.Advance(2 * time.Minute)
	visit := mockas.PathAuthorize + "?" + form("client_id", "app", "request_uri", late).Encode()
	p.expect(p.send(http.MethodGet, visit, nil),
		http.StatusBadRequest, "invalid_request_uri")
}

func TestPARCanBeDemanded(t *testing.T) {
	p := start(t, func(c *mockas.Config) { c.RequirePAR = true })
	if got := p.visit(authorization("app")); got.Get("error") != "invalid_request" {
		t.Errorf("redirected with %v", got)
	}
	if p.pushed(authorization("app")) == "" {
		t.Error("no code for a pushed request")
	}
}

// As where a tenant has a default audience: the code, its refresh token and client
// credentials are all for it.
func TestARequestWithoutAnAudienceIsForTheDefaultOne(t *testing.T) {
	p := start(t, func(c *mockas.Config) { c.DefaultAudience = orders })
	first := p.token(codeGrant("app", p.code("app")))
	p.expect(first, http.StatusOK, "")
	again := p.token(url.Values{"grant_type": {"refresh_token"}, "client_id": {"app"},
		"refresh_token": {first.text("refresh_token")}})
	p.expect(again, http.StatusOK, "")
	for _, r := range []reply{first, again} {
		if audience := p.issued(r)["aud"]; audience != orders {
			t.Errorf("aud is %v", audience)
		}
	}
}
