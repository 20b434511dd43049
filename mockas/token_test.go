package mockas_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
)

func TestEveryGrantBindsTheTokenToTheKeyOfTheProof(t *testing.T) {
	p := start(t)
	first := p.token(codeGrant("app", p.code("app")), p.proof(keyA, mockas.PathToken))
	device := p.post(mockas.PathDevice, form("client_id", "app"))
	subject := p.token(clientGrant(), basic("web", "s3cret"))
	for name, grant := range map[string]url.Values{
		"code":    codeGrant("app", p.code("app")),
		"refresh": refreshGrant("app", first.text("refresh_token")),
		"device": form("grant_type", mockas.GrantDevice, "client_id", "app",
			"device_code", device.text("device_code")),
		"client credentials": postGrant(),
		"token exchange": form("grant_type", mockas.GrantTokenExchange, "client_id", "post", "client_secret", "p0st",
			"subject_token", subject.text("access_token"),
			"subject_token_type", "urn:ietf:params:oauth:token-type:access_token", "audience", orders),
	} {
		t.Run(name, func(t *testing.T) {
			r := p.token(grant, p.proof(keyA, mockas.PathToken))
			p.expectBound(r, keyA.Thumbprint)
			if got, _ := r.Answer.One("Cache-Control"); got != "no-store" {
				t.Errorf("Cache-Control is %q", got)
			}
		})
	}
}

func TestWithoutAProofTheTokenIsBearer(t *testing.T) {
	p := start(t)
	p.expectBound(p.token(codeGrant("app", p.code("app"))), "")
}

func TestIssuanceFollowsClientProofAndAPI(t *testing.T) {
	p := start(t)
	const refused = "refused"
	for _, row := range []struct {
		client, secret string
		proof          bool
		want           map[string]string
	}{
		{"post", "p0st", false, map[string]string{
			plain: "Bearer", orders: "Bearer", guarded: refused, mobile: "Bearer", "": "Bearer",
		}},
		{"post", "p0st", true, map[string]string{
			plain: "Bearer", orders: "DPoP", guarded: "DPoP", mobile: "DPoP", "": "DPoP",
		}},
		{"bound", "b0und", false, map[string]string{
			plain: refused, orders: refused, guarded: refused, mobile: refused, "": refused,
		}},
		{"bound", "b0und", true, map[string]string{
			plain: refused, orders: "DPoP", guarded: "DPoP", mobile: "DPoP", "": "DPoP",
		}},
	} {
		for audience, want := range row.want {
			f := clientGrant("client_id", row.client, "client_secret", row.secret, "audience", audience)
			var fields []wire.Field
			if row.proof {
				fields = append(fields, p.proof(keyA, mockas.PathToken))
			}
			r := p.token(f, fields...)
			if want == refused {
				p.expect(r, http.StatusBadRequest, "invalid_request")
				continue
			}
			jkt := ""
			if want == "DPoP" {
				jkt = keyA.Thumbprint
			}
			p.expectBound(r, jkt)
		}
	}
}

func TestAPublicClientNeedsAProofForAnAPIThatDemandsItOfPublicClients(t *testing.T) {
	p := start(t)
	code := p.code("app", "audience", mobile)
	p.expect(p.token(codeGrant("app", code)), http.StatusBadRequest, "invalid_request")
	p.expectBound(p.token(codeGrant("app", code), p.proof(keyA, mockas.PathToken)), keyA.Thumbprint)
}

func TestAClientThatIsFlaggedNeedsAProofForEveryGrant(t *testing.T) {
	p := start(t)
	secret := func(f url.Values) url.Values { f.Set("client_secret", "b0und"); return f }
	code := p.code("bound")
	p.expect(p.token(secret(codeGrant("bound", code))), http.StatusBadRequest, "invalid_request")
	r := p.token(secret(codeGrant("bound", code)), p.proof(keyA, mockas.PathToken))
	p.expectBound(r, keyA.Thumbprint)
	refresh := secret(refreshGrant("bound", r.text("refresh_token")))
	p.expect(p.token(refresh), http.StatusBadRequest, "invalid_request")
	p.expectBound(p.token(refresh, p.proof(keyA, mockas.PathToken)), keyA.Thumbprint)
}

func TestADefectiveProofIsRefusedAndIssuesNothing(t *testing.T) {
	p := start(t)
	code := p.code("app")
	first := p.token(codeGrant("app", p.code("app")), p.proof(keyA, mockas.PathToken))
	before := len(p.Issued())
	for name, change := range map[string]func(*dpop.Draft){
		"other method": func(d *dpop.Draft) { d.Claims.Set("htm", "GET") },
		"other URI":    func(d *dpop.Draft) { d.Claims.Set("htu", p.URL(mockas.PathPAR)) },
		"old":          func(d *dpop.Draft) { d.Claims.Set("iat", p.clock.Now().Add(-time.Hour).Unix()) },
		"no typ":       func(d *dpop.Draft) { d.Header.Delete("typ") },
	} {
		t.Run(name, func(t *testing.T) {
			for _, f := range []url.Values{codeGrant("app", code), refreshGrant("app", first.text("refresh_token"))} {
				p.expect(p.token(f, p.proof(keyA, mockas.PathToken, change)),
					http.StatusBadRequest, "invalid_dpop_proof")
			}
		})
	}
	for name, fields := range map[string][]wire.Field{
		"two":   {p.proof(keyA, mockas.PathToken), p.proof(keyA, mockas.PathToken)},
		"empty": {{Name: "DPoP"}},
	} {
		t.Run(name, func(t *testing.T) {
			p.expect(p.token(codeGrant("app", code), fields...), http.StatusBadRequest, "invalid_dpop_proof")
		})
	}
	if after := len(p.Issued()); after != before {
		t.Errorf("%d things were issued on refused proofs", after-before)
	}
	p.expectBound(p.token(codeGrant("app", code), p.proof(keyA, mockas.PathToken)), keyA.Thumbprint)
}

func TestARefusalIsWrittenDownAsAFact(t *testing.T) {
	p := start(t)
	p.token(codeGrant("app", "x"), p.proof(keyA, mockas.PathToken, func(d *dpop.Draft) { d.Claims.Set("htm", "GET") }))
	exchanges := p.wire.Exchanges()
	if by, _ := exchanges[0].Fact("refused-by"); by != "htm" {
		t.Errorf("refused by %q", by)
	}
}

func TestAProofIsUsedOnce(t *testing.T) {
	p := start(t)
	proof := p.proof(keyA, mockas.PathToken)
	f := postGrant()
	p.expectBound(p.token(f, proof), keyA.Thumbprint)
	p.expect(p.token(f, proof), http.StatusBadRequest, "invalid_dpop_proof")
}

func TestTheTokenRequestIsReadStrictly(t *testing.T) {
	p := start(t)
	client := "&client_id=post&client_secret=p0st"
	good := "grant_type=client_credentials" + client
	as := func(media string) []wire.Field { return []wire.Field{{Name: "Content-Type", Value: media}} }
	media := as("application/x-www-form-urlencoded")
	for name, row := range map[string]struct {
		method, target, body string
		fields               []wire.Field
		status               int
		code                 string
	}{
		"good":               {"POST", "", good, media, 200, ""},
		"query is ignored":   {"POST", "?client_id=other", good, media, 200, ""},
		"GET":                {"GET", "?" + good, "", nil, 405, "invalid_request"},
		"repeated":           {"POST", "", good + "&grant_type=client_credentials", media, 400, "invalid_request"},
		"repeated unknown":   {"POST", "", good + "&x=1&x=2", media, 400, "invalid_request"},
		"no media type":      {"POST", "", good, nil, 400, "invalid_request"},
		"JSON":               {"POST", "", `{}`, as("application/json"), 400, "invalid_request"},
		"broken escape":      {"POST", "", good + "&x=%zz", media, 400, "invalid_request"},
		"no grant":           {"POST", "", client, media, 400, "invalid_request"},
		"unknown grant":      {"POST", "", "grant_type=password" + client, media, 400, "unsupported_grant_type"},
		"public client":      {"POST", "", "grant_type=client_credentials&client_id=app", media, 400, "unauthorized_client"},
		"unknown audience":   {"POST", "", good + "&audience=https://x.example", media, 400, "invalid_target"},
		"unknown scope":      {"POST", "", good + "&scope=delete:orders&audience=" + orders, media, 400, "invalid_scope"},
		"several APIs agree": {"POST", "", good + "&audience=" + orders + "&resource=" + mobile, media, 200, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := p.send(row.method, mockas.PathToken+row.target, []byte(row.body), row.fields...)
			p.expect(r, row.status, row.code)
		})
	}
}

func TestErrorsUseOnlyTheCharactersThatAreAllowed(t *testing.T) {
	p := start(t)
	r := p.token(codeGrant("app", "x"), p.proof(keyA, mockas.PathToken, func(d *dpop.Draft) {
		d.Claims.Set("htm", "\"\\\x07é"+strings.Repeat("x", 5000))
	}))
	p.expect(r, http.StatusBadRequest, "invalid_dpop_proof")
	description := r.text("error_description")
	if len(description) > 300 || strings.ContainsAny(description, "\"\\\x07é") {
		t.Errorf("error_description is %q", description)
	}
}

func TestOpaqueTokensAreExplainedByIntrospection(t *testing.T) {
	p := start(t)
	f := postGrant("audience", bills)
	r := p.token(f, p.proof(keyA, mockas.PathToken))
	p.expect(r, http.StatusOK, "")
	if strings.Contains(r.text("access_token"), ".") || r.text("token_type") != "DPoP" {
		t.Errorf("got %s", r.Reply)
	}
	cnf, _ := p.Introspect(r.text("access_token")).Get("cnf")
	if want := `{"jkt":"` + keyA.Thumbprint + `"}`; string(cnf) != want {
		t.Errorf("cnf is %s, want %s", cnf, want)
	}
}

func TestTokenExchangeTakesOnlyWhatItCanGive(t *testing.T) {
	p := start(t)
	const kind = "urn:ietf:params:oauth:token-type:"
	for name, change := range map[string]func(url.Values){
		"no subject":        func(f url.Values) { f.Del("subject_token") },
		"unknown subject":   func(f url.Values) { f.Set("subject_token", "x") },
		"ID token":          func(f url.Values) { f.Set("subject_token_type", kind+"id_token") },
		"actor":             func(f url.Values) { f.Set("actor_token", "x") },
		"wants a SAML file": func(f url.Values) { f.Set("requested_token_type", kind+"saml2") },
	} {
		t.Run(name, func(t *testing.T) {
			f := form("grant_type", mockas.GrantTokenExchange, "client_id", "post", "client_secret", "p0st",
				"subject_token", p.minted(mockas.Mint{}), "subject_token_type", kind+"access_token")
			change(f)
			p.expect(p.token(f), http.StatusBadRequest, "invalid_request")
		})
	}
}

func TestGrantsThatTheServerOrClientLacksAreRefused(t *testing.T) {
	p := start(t, func(c *mockas.Config) {
		c.Grants = []string{mockas.GrantCode, mockas.GrantClientCredentials}
		c.Clients[2].Grants = []string{mockas.GrantCode}
	})
	p.expect(p.post(mockas.PathDevice, form("client_id", "app")), http.StatusBadRequest, "unsupported_grant_type")
	f := postGrant()
	p.expect(p.token(f), http.StatusBadRequest, "unauthorized_client")
	if r := p.token(codeGrant("app", p.code("app"))); r.body.Has("refresh_token") {
		t.Error("a refresh token without its grant")
	}
}

func TestOnlyTheConfiguredProofAlgorithmsAreTaken(t *testing.T) {
	p := start(t, func(c *mockas.Config) { c.Algorithms = []string{"ES256"} })
	f := postGrant()
	p.expect(p.token(f, p.proof(mustKey("ES384"), mockas.PathToken)), http.StatusBadRequest, "invalid_dpop_proof")
	p.expectBound(p.token(f, p.proof(keyA, mockas.PathToken)), keyA.Thumbprint)
	m := p.Metadata()
	if algs, _ := m.Get("dpop_signing_alg_values_supported"); string(algs) != `["ES256"]` {
		t.Errorf("announced are %s", algs)
	}
}

func TestTheThumbprintIsRightForEveryKindOfKey(t *testing.T) {
	p := start(t)
	f := postGrant()
	for _, algorithm := range dpop.DefaultAlgorithms {
		key := mustKey(algorithm)
		p.expectBound(p.token(f, p.proof(key, mockas.PathToken)), key.Thumbprint)
	}
}

// A server may map the value of resource to another identifier of the API (RFC 8707 §2),
// which the refresh token then serves by both names.
func TestAnAPIIsNamedByItsResourceIdentifierToo(t *testing.T) {
	const identifier = "http://localhost:4200"
	p := start(t)
	p.expect(p.token(postGrant("resource", identifier)), http.StatusBadRequest, "invalid_target")
	p.NameResource(identifier, orders)
	for _, name := range []string{identifier, orders} {
		if got := p.issued(p.token(postGrant("resource", name)))["aud"]; got != orders {
			t.Errorf("resource %s: aud is %v, want %s", name, got, orders)
		}
	}
	login := p.token(codeGrant("app", p.code("app", "resource", identifier)))
	p.expect(login, http.StatusOK, "")
	again := form("grant_type", "refresh_token", "client_id", "app", "refresh_token", login.text("refresh_token"))
	again.Set("resource", identifier)
	p.expect(p.token(again), http.StatusOK, "")
}
