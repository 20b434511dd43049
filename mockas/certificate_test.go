package mockas_test

import (
	"crypto/tls"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
)

// The certificates of the tests, by what they are.
type certificates struct {
	authority                                        *wire.Authority
	own, foreign, stranger, self, otherSelf, forHost *tls.Certificate
}

var holder = pkix.Name{CommonName: "the client", Organization: []string{"Example"}}

func makeCertificates(t *testing.T) certificates {
	t.Helper()
	must := func(c tls.Certificate, err error) *tls.Certificate {
		if err != nil {
			t.Fatal(err)
		}
		return &c
	}
	authority, err := wire.NewAuthority()
	if err != nil {
		t.Fatal(err)
	}
	other, err := wire.NewAuthority()
	if err != nil {
		t.Fatal(err)
	}
	return certificates{
		authority: authority,
		own:       must(authority.ForClient(holder, keyA.Private())),
		foreign:   must(other.ForClient(holder, keyA.Private())),
		stranger:  must(authority.ForClient(pkix.Name{CommonName: "a stranger"}, keyB.Private())),
		self:      must(wire.SelfSigned(holder, keyA.Private())),
		otherSelf: must(wire.SelfSigned(holder, keyB.Private())),
		forHost:   must(authority.ForServer(holder.CommonName)),
	}
}

// startTLS starts a server whose clients of every kind show certificates.
func startTLS(t *testing.T, c certificates, changes ...func(*mockas.Config)) *party {
	t.Helper()
	asking, err := c.authority.Asking("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	jwk := keyA.JWK()
	jwk.Add("x5c", []string{base64.StdEncoding.EncodeToString(c.self.Certificate[0])})
	jwks := json.RawMessage(`{"keys":[` + string(jwk.JSON()) + `]}`)
	subject := holder.String()
	changes = append([]func(*mockas.Config){func(config *mockas.Config) {
		config.ClientAuthorities = c.authority.Pool()
		config.Clients = append(config.Clients,
			mockas.Client{ID: "tls", Auth: mockas.AuthTLS, SubjectDN: subject, RedirectURIs: []string{redirect}},
			mockas.Client{ID: "doubly", Auth: mockas.AuthTLS, SubjectDN: subject, CertificateBound: true},
			mockas.Client{ID: "self", Auth: mockas.AuthSelfSignedTLS, JWKS: jwks, RedirectURIs: []string{redirect}},
		)
	}}, changes...)
	p := startOn(t, wire.Options{TLS: asking}, wire.Connection{}.Trusting(c.authority), changes...)
	p.clock.Advance(time.Since(p.clock.Now())) // to the present: certificates are good for a day
	return p
}

func TestACertificateAuthenticatesTheClientItIsRegisteredFor(t *testing.T) {
	c := makeCertificates(t)
	p := startTLS(t, c)
	for name, row := range map[string]struct {
		client string
		shown  *tls.Certificate
		want   int
	}{
		"its own":                       {"tls", c.own, 200},
		"none":                          {"tls", nil, 401},
		"another subject's":             {"tls", c.stranger, 401},
		"of another authority":          {"tls", c.foreign, 401},
		"for a server":                  {"tls", c.forHost, 401},
		"self-signed in another's name": {"tls", c.self, 401},
		"the registered one":            {"self", c.self, 200},
		"one that is not registered":    {"self", c.otherSelf, 401},
		"no registered one":             {"self", nil, 401},
	} {
		t.Run(name, func(t *testing.T) {
			p.T, p.shown = t, row.shown
			code := ""
			if row.want == 401 {
				code = "invalid_client"
			}
			p.expect(p.token(clientGrant("client_id", row.client), p.proof(keyA, mockas.PathToken)), row.want, code)
			pushed := p.post(mockas.PathPAR, pushedBy(row.client), p.proof(keyA, mockas.PathPAR))
			if accepted := pushed.Status == http.StatusCreated; accepted != (row.want == 200) {
				t.Errorf("PAR: %d %s", pushed.Status, pushed.Reply)
			}
		})
	}
}

func pushedBy(client string) url.Values {
	return form("client_id", client, "response_type", "code", "redirect_uri", redirect,
		"code_challenge", strings.Repeat("A", 43), "code_challenge_method", "S256")
}

func TestACertificateIsNoSecondWayForOtherClients(t *testing.T) {
	c := makeCertificates(t)
	p := startTLS(t, c)
	p.shown = c.own
	proof := func() wire.Field { return p.proof(keyA, mockas.PathToken) }
	p.expect(p.token(clientGrant("client_id", "post"), proof()), 401, "invalid_client")
	p.expect(p.token(postGrant(), proof()), 200, "")
	p.expect(p.token(clientGrant("client_id", "tls", "client_secret", "any"), proof()), 401, "invalid_client")
}

func TestATokenIsBoundToTheKeyAndOnRequestToTheCertificateToo(t *testing.T) {
	c := makeCertificates(t)
	p := startTLS(t, c)
	p.shown = c.own
	for _, client := range []string{"tls", "doubly"} {
		token := p.token(clientGrant("client_id", client, "scope", "openid"), p.proof(keyA, mockas.PathToken))
		p.expectBound(token, keyA.Thumbprint)
		doubly := client == "doubly"
		cnf, _ := p.issued(token)["cnf"].(map[string]any)
		if _, has := cnf["x5t#S256"]; has != doubly {
			t.Errorf("%s: cnf %v", client, cnf)
		}
		for shown, want := range map[*tls.Certificate]int{c.own: 200, c.stranger: 401, nil: 401} {
			if !doubly {
				want = 200
			}
			if got := userinfoOver(p, shown, token.text("access_token")); got != want {
				t.Errorf("%s: userinfo answers %d, not %d", client, got, want)
			}
		}
	}
}

// userinfoOver calls userinfo with an honest proof on a connection that shows
// a certificate.
func userinfoOver(p *party, shown *tls.Certificate, token string) int {
	before := p.shown
	defer func() { p.shown = before }()
	p.shown = shown
	proof := p.proofFor(keyA, dpop.Occasion{Method: "GET", URI: p.URL(mockas.PathUserinfo), AccessToken: token})
	return p.send(http.MethodGet, mockas.PathUserinfo, nil, authorize("DPoP", token), proof).Status
}

func TestOnlyAServerWithAuthoritiesAnnouncesAndTakesCertificates(t *testing.T) {
	announced := func(p *party) bool {
		var methods []string
		value, _ := p.Metadata().Get("token_endpoint_auth_methods_supported")
		if err := json.Unmarshal(value, &methods); err != nil {
			t.Fatal(err)
		}
		return slices.Contains(methods, mockas.AuthTLS) && slices.Contains(methods, mockas.AuthSelfSignedTLS)
	}
	plain := start(t)
	if announced(plain) {
		t.Error("a server that asks for no certificate announces tls_client_auth")
	}
	if !announced(startTLS(t, makeCertificates(t))) {
		t.Error("a server that asks for certificates does not say so")
	}
	if err := plain.AddClient(mockas.Client{ID: "tls", Auth: mockas.AuthTLS, SubjectDN: "CN=client"}); err == nil {
		t.Error("a client can never authenticate, and was registered")
	}
}

func TestARegistrationByCertificateIsCompleteOrRefused(t *testing.T) {
	p := startTLS(t, makeCertificates(t))
	const bound = `"tls_client_certificate_bound_access_tokens":true`
	for members, want := range map[string]int{
		`"token_endpoint_auth_method":"tls_client_auth","tls_client_auth_subject_dn":"CN=x",` + bound: 201,
		`"token_endpoint_auth_method":"tls_client_auth"`:                                              400,
		`"token_endpoint_auth_method":"self_signed_tls_client_auth"`:                                  400,
		bound: 400,
	} {
		r := p.registered(http.MethodPost, mockas.PathRegister, `{"grant_types":["client_credentials"],`+members+`}`, "")
		if r.Status != want {
			t.Errorf("%s: %d %s", members, r.Status, r.Reply)
		}
		flag, _ := r.body.Get("tls_client_certificate_bound_access_tokens")
		if want == 201 && (r.text("tls_client_auth_subject_dn") != "CN=x" || string(flag) != "true") {
			t.Errorf("not echoed: %s", r.Reply)
		}
	}
}
