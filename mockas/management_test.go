package mockas_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
)

func TestIntrospectionShowsTheBindingToAuthenticatedClientsAlone(t *testing.T) {
	p := start(t)
	token := p.token(codeGrant("app", p.code("app", "scope", "openid")), p.proof(keyA, mockas.PathToken))
	free := p.token(codeGrant("app", p.code("app")))
	expired := p.minted(mockas.Mint{Lifetime: -time.Second})
	ask := func(text string, fields ...wire.Field) reply {
		return p.post(mockas.PathIntrospect, form("token", text), append(fields, basic("web", "s3cret"))...)
	}
	junk := wire.Field{Name: "DPoP", Value: "junk"}
	for name, row := range map[string]struct {
		r           reply
		typ, cnf    string
		bound, good bool
	}{
		"bound":                {ask(token.text("access_token")), "DPoP", keyA.Thumbprint, true, true},
		"bound, foreign proof": {ask(token.text("access_token"), junk), "DPoP", keyA.Thumbprint, true, true},
		"bound refresh token":  {ask(token.text("refresh_token")), "", keyA.Thumbprint, true, true},
		"unbound":              {ask(free.text("access_token")), "Bearer", "", false, true},
		"expired":              {ask(expired), "", "", false, false},
		"unknown":              {ask("nothing"), "", "", false, false},
	} {
		t.Run(name, func(t *testing.T) {
			active, _ := row.r.body.Get("active")
			cnf, bound := row.r.body.Get("cnf")
			good, typ := string(active) == "true", row.r.text("token_type")
			if row.r.Status != 200 || good != row.good || bound != row.bound || typ != row.typ {
				t.Errorf("answered %d %s", row.r.Status, row.r.Reply)
			}
			if row.bound && string(cnf) != `{"jkt":"`+row.cnf+`"}` {
				t.Errorf("cnf is %s", cnf)
			}
			if !row.good && len(row.r.body) != 1 {
				t.Errorf("an inactive token leaks %s", row.r.Reply)
			}
		})
	}
	p.expect(p.post(mockas.PathIntrospect, form("token", "x")), http.StatusUnauthorized, "invalid_client")
	p.expect(p.post(mockas.PathIntrospect, form("token", "x", "client_id", "app")),
		http.StatusUnauthorized, "invalid_client")
	p.expect(p.post(mockas.PathIntrospect, form(), basic("web", "s3cret")), http.StatusBadRequest, "invalid_request")
}

func TestRevocationNeedsTheClientAndNoProof(t *testing.T) {
	p := start(t)
	r := p.token(codeGrant("app", p.code("app")), p.proof(keyA, mockas.PathToken))
	p.expect(p.post(mockas.PathRevoke, form("token", r.text("refresh_token")), basic("web", "s3cret")),
		http.StatusBadRequest, "invalid_request")
	p.expect(p.post(mockas.PathRevoke, form("token", "unknown", "client_id", "app")), http.StatusOK, "")
	p.expect(p.post(mockas.PathRevoke, form("client_id", "app")), http.StatusBadRequest, "invalid_request")
	p.expect(p.post(mockas.PathRevoke, form("token", r.text("refresh_token"), "client_id", "app")), http.StatusOK, "")
	for _, kind := range []string{"access_token", "refresh_token"} {
		if active, _ := p.Introspect(r.text(kind)).Get("active"); string(active) != "false" {
			t.Errorf("the %s is still good", kind)
		}
	}
}

func (p *party) registered(method, target, body, token string) reply {
	p.Helper()
	fields := []wire.Field{{Name: "Content-Type", Value: "application/json"}}
	if token != "" {
		fields = append(fields, authorize("Bearer", token))
	}
	return p.send(method, target, []byte(body), fields...)
}

func TestTheFlagForBoundTokensIsABoolean(t *testing.T) {
	p := start(t)
	for value, want := range map[string]string{
		``: "false", `,"dpop_bound_access_tokens":true`: "true", `,"dpop_bound_access_tokens":false`: "false",
		`,"dpop_bound_access_tokens":"true"`: "", `,"dpop_bound_access_tokens":1`: "",
		`,"dpop_bound_access_tokens":null`: "",
	} {
		body := `{"grant_types":["client_credentials"],"unknown":{}` + value + `}`
		r := p.registered(http.MethodPost, mockas.PathRegister, body, "")
		if want == "" {
			p.expect(r, http.StatusBadRequest, "invalid_client_metadata")
			continue
		}
		p.expect(r, http.StatusCreated, "")
		if flag, _ := r.body.Get("dpop_bound_access_tokens"); string(flag) != want || r.body.Has("unknown") {
			t.Errorf("registered with %q: %s", value, r.Reply)
		}
		f := clientGrant()
		answer := p.token(f, basic(r.text("client_id"), r.text("client_secret")))
		if want == "true" {
			p.expect(answer, http.StatusBadRequest, "invalid_request")
		} else {
			p.expectBound(answer, "")
		}
	}
}

func TestARegistrationIsReadReplacedAndDeletedByItsToken(t *testing.T) {
	p := start(t)
	body := `{"redirect_uris":["https://c.example/cb"],"client_name":"C",` +
		`"token_endpoint_auth_method":"none","dpop_bound_access_tokens":true}`
	r := p.registered(http.MethodPost, mockas.PathRegister, body, "")
	p.expect(r, http.StatusCreated, "")
	uri, token := r.text("registration_client_uri"), r.text("registration_access_token")
	p.expect(p.registered(http.MethodGet, uri, "", ""), http.StatusUnauthorized, "invalid_token")
	p.expect(p.registered(http.MethodGet, uri, "", "x"), http.StatusUnauthorized, "invalid_token")
	if again := p.registered(http.MethodGet, uri, "", token); string(again.Reply) != string(r.Reply) {
		t.Errorf("read %s", again.Reply)
	}
	replaced := p.registered(http.MethodPut, uri, strings.Replace(body, "true", "false", 1), token)
	flag, _ := replaced.body.Get("dpop_bound_access_tokens")
	if replaced.Status != http.StatusOK || string(flag) != "false" {
		t.Errorf("replaced by %s", replaced.Reply)
	}
	if gone := p.registered(http.MethodDelete, uri, "", token); gone.Status != http.StatusNoContent {
		t.Errorf("answered %d", gone.Status)
	}
	p.expect(p.registered(http.MethodGet, uri, "", token), http.StatusUnauthorized, "invalid_token")
}

func TestImpossibleMetadataIsRefused(t *testing.T) {
	p := start(t)
	for body, code := range map[string]string{
		`[]`: "invalid_client_metadata",
		`{"grant_types":["client_credentials"],"grant_types":["client_credentials"]}`: "invalid_client_metadata",
		`{"grant_types":"client_credentials"}`:                                        "invalid_client_metadata",
		`{"grant_types":["password"]}`:                                                "invalid_client_metadata",
		`{"grant_types":["client_credentials"],"token_endpoint_auth_method":"x"}`:     "invalid_client_metadata",
		`{"grant_types":["client_credentials"],"jwks":{"keys":[]}}`:                   "invalid_client_metadata",
		`{}`:                        "invalid_redirect_uri",
		`{"redirect_uris":["/cb"]}`: "invalid_redirect_uri",
		`{"redirect_uris":["https://c.example/cb#f"]}`: "invalid_redirect_uri",
	} {
		p.expect(p.registered(http.MethodPost, mockas.PathRegister, body, ""), http.StatusBadRequest, code)
	}
}

func TestBothMetadataDocumentsAreOne(t *testing.T) {
	for issuer, paths := range map[string][2]string{
		"":                         {"/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"},
		"https://tenant.example/":  {"/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"},
		"https://tenant.example/a": {"/.well-known/oauth-authorization-server/a", "/a/.well-known/openid-configuration"},
	} {
		p := start(t, func(c *mockas.Config) { c.Issuer = issuer })
		first, second := p.send(http.MethodGet, paths[0], nil), p.send(http.MethodGet, paths[1], nil)
		if first.Status != 200 || string(first.Reply) != string(second.Reply) || first.text("issuer") != p.Issuer() {
			t.Errorf("%s: %d %s and %d %s", issuer, first.Status, first.Reply, second.Status, second.Reply)
		}
		algs, _ := first.body.Get("dpop_signing_alg_values_supported")
		var names []string
		if json.Unmarshal(algs, &names) != nil || len(names) == 0 {
			t.Errorf("dpop_signing_alg_values_supported is %s", algs)
		}
		for _, name := range names {
			if _, asymmetric := dpop.FindAlgorithm(name); !asymmetric {
				t.Errorf("%s is announced", name)
			}
		}
	}
}

func TestAnEndpointThatIsLeftOutIsNeitherAnnouncedNorThere(t *testing.T) {
	p := start(t, func(c *mockas.Config) { c.Omit = []string{mockas.PathPAR, mockas.PathIntrospect} })
	m := p.Metadata()
	if m.Has("pushed_authorization_request_endpoint") || m.Has("introspection_endpoint") || !m.Has("token_endpoint") {
		t.Errorf("announced: %s", m.JSON())
	}
	if r := p.post(mockas.PathPAR, authorization("app")); r.Status != http.StatusNotFound {
		t.Errorf("answered %d", r.Status)
	}
}

func TestBrowsersMaySendProofsAndReadNonces(t *testing.T) {
	p := start(t, nonces)
	origin := wire.Field{Name: "Origin", Value: "https://page.example"}
	preflight := p.send(http.MethodOptions, mockas.PathToken, nil, origin,
		wire.Field{Name: "Access-Control-Request-Method", Value: "POST"})
	allowed, _ := preflight.Answer.One("Access-Control-Allow-Headers")
	if preflight.Status != http.StatusNoContent || !strings.Contains(allowed, "DPoP") {
		t.Errorf("answered %d, allowing %q", preflight.Status, allowed)
	}
	f := postGrant()
	r := p.token(f, origin, p.proof(keyA, mockas.PathToken))
	exposed, _ := r.Answer.One("Access-Control-Expose-Headers")
	if !strings.Contains(exposed, "DPoP-Nonce") || !strings.Contains(exposed, "WWW-Authenticate") {
		t.Errorf("exposed are %q", exposed)
	}
}

// requestObject is a signed authorization request of the client "signed".
func (p *party) requestObject(header, claims func(*dpop.Object)) string {
	p.Helper()
	var h, c dpop.Object
	h.Add("typ", "oauth-authz-req+jwt")
	h.Add("alg", "ES256")
	c.Add("iss", "signed")
	c.Add("aud", p.Issuer())
	c.Add("exp", p.clock.Now().Unix()+60)
	for name, values := range authorization("signed", "dpop_jkt", keyA.Thumbprint) {
		c.Add(name, values[0])
	}
	c.Add("max_age", 60)
	for _, change := range []struct {
		do func(*dpop.Object)
		of *dpop.Object
	}{{header, &h}, {claims, &c}} {
		if change.do != nil {
			change.do(change.of)
		}
	}
	text, err := dpop.SignCompact(keyB, h.JSON(), c.JSON())
	if err != nil {
		p.Fatal(err)
	}
	return text
}

func TestTheKeyInARequestObjectBindsTheCode(t *testing.T) {
	p := start(t)
	for name, code := range map[string]string{
		"authorize": p.visit(form("client_id", "signed", "request", p.requestObject(nil, nil))).Get("code"),
		"PAR":       p.pushed(p.withAssertion(form("client_id", "signed", "request", p.requestObject(nil, nil)), nil)),
	} {
		t.Run(name, func(t *testing.T) {
			redeem := func(key *dpop.Key) reply {
				return p.token(p.withAssertion(codeGrant("signed", code), nil), p.proof(key, mockas.PathToken))
			}
			p.expect(redeem(keyB), http.StatusBadRequest, "invalid_grant")
			p.expectBound(redeem(keyA), keyA.Thumbprint)
		})
	}
}

func TestADefectiveRequestObjectIsRefused(t *testing.T) {
	p := start(t)
	for name, text := range map[string]string{
		"a proof's typ":  p.requestObject(func(h *dpop.Object) { h.Set("typ", "dpop+jwt") }, nil),
		"critical":       p.requestObject(func(h *dpop.Object) { h.Set("crit", []string{"x"}) }, nil),
		"other issuer":   p.requestObject(nil, func(c *dpop.Object) { c.Set("iss", "app") }),
		"other client":   p.requestObject(nil, func(c *dpop.Object) { c.Set("client_id", "app") }),
		"other audience": p.requestObject(nil, func(c *dpop.Object) { c.Set("aud", "https://x.example") }),
		"nested":         p.requestObject(nil, func(c *dpop.Object) { c.Set("request", "x") }),
		"expired":        p.requestObject(nil, func(c *dpop.Object) { c.Set("exp", 1) }),
		"list of keys":   p.requestObject(nil, func(c *dpop.Object) { c.Set("dpop_jkt", []string{keyA.Thumbprint}) }),
		"twice":          p.requestObject(nil, func(c *dpop.Object) { c.Add("state", "x") }),
		"tampered":       strings.Replace(p.requestObject(nil, nil), ".", ".e", 1),
	} {
		t.Run(name, func(t *testing.T) {
			f := form("client_id", "signed", "request", text)
			p.expect(p.send(http.MethodGet, mockas.PathAuthorize+"?"+f.Encode(), nil),
				http.StatusBadRequest, "invalid_request_object")
		})
	}
}

func TestADeviceWaitsForItsPerson(t *testing.T) {
	p := start(t, func(c *mockas.Config) { c.ManualDevices = true })
	started := p.post(mockas.PathDevice, form("client_id", "app"))
	f := form("grant_type", mockas.GrantDevice, "client_id", "app", "device_code", started.text("device_code"))
	p.expect(p.token(f, p.proof(keyA, mockas.PathToken)), http.StatusBadRequest, "authorization_pending")
	if !p.ApproveDevice(started.text("user_code")) || p.ApproveDevice("unknown") {
		t.Fatal("approval knows the wrong devices")
	}
	p.expectBound(p.token(f, p.proof(keyA, mockas.PathToken)), keyA.Thumbprint)
	p.expect(p.token(f, p.proof(keyA, mockas.PathToken)), http.StatusBadRequest, "invalid_grant")
	late := p.post(mockas.PathDevice, form("client_id", "app"))
	p.clock.Advance(time.Hour)
	f.Set("device_code", late.text("device_code"))
	p.expect(p.token(f), http.StatusBadRequest, "expired_token")
}

// The page takes a code by POST alone: a link approves nothing by itself.
func TestADeviceIsApprovedAtItsPage(t *testing.T) {
	p := start(t, func(c *mockas.Config) { c.ManualDevices = true })
	started := p.post(mockas.PathDevice, form("client_id", "app"))
	f := form("grant_type", mockas.GrantDevice, "client_id", "app", "device_code", started.text("device_code"))
	complete := mockas.PathVerify + "?user_code=" + started.text("user_code")
	if page := string(p.send(http.MethodGet, complete, nil).Reply); !strings.Contains(page, `value="`+started.text("user_code")+`"`) {
		t.Errorf("the page is %s", page)
	}
	p.expect(p.token(f, p.proof(keyA, mockas.PathToken)), http.StatusBadRequest, "authorization_pending")
	if e := p.post(mockas.PathVerify, form("user_code", `"><script>`)); e.Status != http.StatusBadRequest ||
		strings.Contains(string(e.Reply), "<script>") {
		t.Errorf("an unknown code: %d %s", e.Status, e.Reply)
	}
	if e := p.post(mockas.PathVerify, form("user_code", started.text("user_code"))); e.Status != http.StatusOK {
		t.Errorf("the code: %d %s", e.Status, e.Reply)
	}
	p.expectBound(p.token(f, p.proof(keyA, mockas.PathToken)), keyA.Thumbprint)
}

func TestABoundSubjectTokenIsExchangedByItsKeyAlone(t *testing.T) {
	p := start(t)
	subject := p.minted(mockas.Mint{Bound: keyA.Thumbprint})
	f := form("grant_type", mockas.GrantTokenExchange, "client_id", "post", "client_secret", "p0st", "audience", orders,
		"subject_token", subject, "subject_token_type", "urn:ietf:params:oauth:token-type:access_token")
	p.expect(p.token(f), http.StatusBadRequest, "invalid_request")
	p.expect(p.token(f, p.proof(keyB, mockas.PathToken)), http.StatusBadRequest, "invalid_grant")
	r := p.token(f, p.proof(keyA, mockas.PathToken))
	p.expectBound(r, keyA.Thumbprint)
	if r.text("issued_token_type") == "" {
		t.Errorf("got %s", r.Reply)
	}
}
