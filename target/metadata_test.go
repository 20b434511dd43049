package target

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// The userinfo endpoint is OpenID Connect's: RFC 8414 does not know it.
func TestTheUserinfoEndpointIsLookedForInTheMetadataOfOpenIDConnectToo(t *testing.T) {
	for _, c := range []struct{ name, issuer, found string }{
		{"of the same issuer", "@", "@/u"},
		{"of another issuer", "https://other.example", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var server *httptest.Server
			at := func(text string) string {
				if text != "" && text[0] == '@' {
					return server.URL + text[1:]
				}
				return text
			}
			mux := http.NewServeMux()
			mux.HandleFunc("/.well-known/oauth-authorization-server", func(w http.ResponseWriter, _ *http.Request) {
				fmt.Fprintf(w, `{"issuer":%q,"token_endpoint":%q}`, at("@"), at("@/t"))
			})
			mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
				fmt.Fprintf(w, `{"issuer":%q,"token_endpoint":%q,"userinfo_endpoint":%q}`, at(c.issuer),
					at("@/other"), at("@/u"))
			})
			server = httptest.NewServer(mux)
			defer server.Close()
			configured := Default()
			configured.AuthorizationServer = &RealAuthorizationServer{Issuer: server.URL}
			session, err := Open(t.Context(), configured)
			if err != nil {
				t.Fatal(err)
			}
			defer session.Close()
			if m := session.Metadata; m.Userinfo != at(c.found) || m.Token != at("@/t") {
				t.Errorf("userinfo %q, token endpoint %q", m.Userinfo, m.Token)
			}
		})
	}
}

// configuredFor opens a server by a configuration in which SELF is its address.
func configuredFor(t *testing.T, server *httptest.Server, text string) (*Session, error) {
	t.Helper()
	configured, err := loadText(t, strings.ReplaceAll(text, "SELF", server.URL), nil)
	if err != nil {
		t.Fatal(err)
	}
	session, err := Open(t.Context(), configured)
	if err == nil {
		t.Cleanup(session.Close)
	}
	return session, err
}

func TestWhatTheConfigurationGivesTakesThePlaceOfWhatIsPublished(t *testing.T) {
	var server *httptest.Server
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/.well-known/oauth-authorization-server") {
			http.NotFound(w, r)
			return
		}
		fmt.Fprintf(w, `{"issuer": %q, "jwks_uri": %q, "dpop_signing_alg_values_supported": ["ES256", "RS256"]}`,
			server.URL, server.URL+"/wrong")
	}))
	defer server.Close()
	session, err := configuredFor(t, server, `
authorization_server:
  issuer: SELF
  metadata:
    token_endpoint: https://token.example/oauth?tenant=a
    jwks_uri: https://keys.example/jwks
    dpop_signing_alg_values_supported: [ES256]
    require_pushed_authorization_requests: true
    mtls_endpoint_aliases: {token_endpoint: "https://mtls.example/token"}
`)
	if err != nil {
		t.Fatal(err)
	}
	m := session.Metadata
	if m.Token != "https://token.example/oauth?tenant=a" || m.JWKS != "https://keys.example/jwks" ||
		m.Issuer != server.URL {
		t.Errorf("%+v", m)
	}
	if !slices.Equal(m.Algorithms, []string{"ES256"}) || !slices.Equal(m.Advertised(), []string{"ES256", "RS256"}) {
		t.Errorf("algorithms %v, of which the server itself announces %v", m.Algorithms, m.Advertised())
	}
	for client, want := range map[*RegisteredClient]string{
		{Auth: "client_secret_basic"}:                         "https://token.example/oauth?tenant=a",
		{Auth: "none", CertificateBound: true}:                "https://mtls.example/token",
		{Auth: "tls_client_auth"}:                             "https://mtls.example/token",
		{Auth: "self_signed_tls_client_auth"}:                 "https://mtls.example/token",
		{Auth: "private_key_jwt", Grants: []string{"device"}}: "https://token.example/oauth?tenant=a",
	} {
		if got := m.For(*client); got.Token != want || got.JWKS != m.JWKS {
			t.Errorf("a client with %s goes to %s, want %s", client.Auth, got.Token, want)
		}
	}
	for _, address := range []string{m.Token, m.JWKS, "https://mtls.example/token"} {
		if err := session.Reaches(address); err != nil {
			t.Errorf("the configuration names %s: %v", address, err)
		}
	}
	how := map[string]string{}
	for _, c := range session.Capabilities() {
		how[c.Name] = c.How
	}
	for name, want := range map[string]string{
		"token endpoint": Given, "JWK set": Given, "DPoP proofs": Given, "client authentication": "",
		"token endpoint for clients with a certificate": Given,
	} {
		if how[name] != want {
			t.Errorf("%s is %q, want %q", name, how[name], want)
		}
	}
}

func TestWithATokenEndpointGivenNothingNeedBePublished(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	const issuer = "authorization_server:\n  issuer: SELF\n"
	session, err := configuredFor(t, server, issuer+"  metadata: {token_endpoint: SELF/token}\n")
	if err != nil {
		t.Fatal(err)
	}
	if m := session.Metadata; m.Token != server.URL+"/token" || m.Issuer != server.URL || m.Source != "" ||
		m.Advertised() != nil {
		t.Errorf("%+v", m)
	}
	if told := strings.Join(session.Warnings(), "\n"); !strings.Contains(told, "publishes no metadata") {
		t.Errorf("nobody is told: %s", told)
	}
	if _, err := configuredFor(t, server, issuer+"  metadata: {jwks_uri: SELF/jwks}\n"); err == nil {
		t.Error("a server without a token endpoint is taken")
	}
}

// Where the metadata are another issuer's, they are not used, given members or not.
func TestMetadataOfAnotherIssuerAreNotCompleted(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"issuer": "https://other.example", "userinfo_endpoint": "https://other.example/u"}`)
	}))
	defer server.Close()
	session, err := configuredFor(t, server,
		"authorization_server:\n  issuer: SELF\n  metadata: {token_endpoint: SELF/token}\n")
	if err != nil {
		t.Fatal(err)
	}
	if m := session.Metadata; m.Userinfo != "" || m.Issuer != server.URL || m.Source != "" {
		t.Errorf("%+v", m)
	}
}

// RFC 8414 §3.3: the issuer of the metadata is the one that they were asked for, to the
// last character.
func TestAnIssuerIsThatOfItsMetadataToTheSlashAtItsEnd(t *testing.T) {
	for _, row := range []struct{ configured, said string }{
		{"", ""}, {"/", "/"}, {"/tenant", "/tenant"}, {"/tenant/", "/tenant/"},
		{"", "/"}, {"/", ""}, {"/tenant", "/tenant/"},
	} {
		var server *httptest.Server
		server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, `{"issuer":%q,"token_endpoint":%q}`, server.URL+row.said, server.URL+"/t")
		}))
		configured := Default()
		configured.AuthorizationServer = &RealAuthorizationServer{Issuer: server.URL + row.configured}
		session, err := Open(t.Context(), configured)
		if same := row.configured == row.said; same != (err == nil) {
			t.Errorf("%q where the metadata say %q: %v", row.configured, row.said, err)
		}
		if err == nil {
			session.Close()
		}
		server.Close()
	}
}
