package mockas

import (
	"crypto/sha256"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/dpop"
)

func lookingServer(t *testing.T, look Look) *Server {
	t.Helper()
	s, err := New("https://server.example", Config{Look: look, Clients: []Client{{
		ID: "app", Auth: AuthNone, RedirectURIs: []string{"https://app.example/callback"}, AlwaysRefresh: true,
	}}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func visit(s *Server, method, address, form string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, address, strings.NewReader(form))
	r.RequestURI = r.URL.RequestURI()
	if form != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func object(t *testing.T, text []byte) dpop.Object {
	t.Helper()
	o, err := dpop.ParseObject(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return o
}

// parts are header and claims of a JWT.
func parts(t *testing.T, token string) (header, claims dpop.Object) {
	t.Helper()
	head, payload, _, err := dpop.SplitCompact(token, dpop.DecodeSegment)
	if err != nil {
		t.Fatal(err)
	}
	return object(t, head), object(t, payload)
}

func text(o dpop.Object, name string) string {
	value, _ := o.Text(name)
	return value
}

// Whoever finds a server by its issuer must find it agree with itself in
// everything that it says.
func TestAServerAgreesWithItsLook(t *testing.T) {
	for _, name := range append(LookNames(), "") {
		look := Look{}
		if name != "" {
			look, _ = FindLook(name)
		}
		t.Run(name, func(t *testing.T) {
			s := lookingServer(t, look)
			issuer, alg := "https://server.example"+look.Issuer, look.Algorithm
			if alg == "" {
				alg = "ES256"
			}
			path := strings.TrimSuffix(look.Issuer, "/")
			var metadata dpop.Object
			for _, at := range []string{
				"https://server.example" + path + "/.well-known/openid-configuration",
				"https://server.example/.well-known/oauth-authorization-server" + path,
			} {
				metadata = object(t, visit(s, "GET", at, "").Body.Bytes())
				if text(metadata, "issuer") != issuer {
					t.Errorf("%s names %s", at, text(metadata, "issuer"))
				}
			}
			const verifier = "a verifier of forty-three characters at least"
			sum := sha256.Sum256([]byte(verifier))
			challenge := dpop.EncodeSegment(sum[:])
			w := visit(s, "GET", text(metadata, "authorization_endpoint")+"?response_type=code&client_id=app&"+
				"scope=openid&code_challenge_method=S256&code_challenge="+challenge, "")
			back, err := url.Parse(w.Header().Get("Location"))
			if err != nil || back.Query().Get("iss") != issuer || back.Query().Get("code") == "" {
				t.Fatalf("%d %s", w.Code, w.Header().Get("Location"))
			}
			form := url.Values{"grant_type": {"authorization_code"}, "client_id": {"app"},
				"code": {back.Query().Get("code")}, "code_verifier": {verifier}}
			answer := object(t, visit(s, "POST", text(metadata, "token_endpoint"), form.Encode()).Body.Bytes())
			for _, kind := range []string{"access_token", "id_token"} {
				header, claims := parts(t, text(answer, kind))
				if text(header, "alg") != alg || text(claims, "iss") != issuer {
					t.Errorf("%s: %s %s", kind, header.JSON(), claims.JSON())
				}
			}
			keys := visit(s, "GET", text(metadata, "jwks_uri"), "").Body.String()
			if !strings.Contains(keys, s.Key().Thumbprint) {
				t.Errorf("jwks_uri: %s", keys)
			}
			for _, p := range Published {
				if own := "https://server.example" + p.Path; text(metadata, p.Member) != own {
					if w := visit(s, "GET", own, ""); w.Code != http.StatusNotFound {
						t.Errorf("%s still answers at %s: %d", p.Member, own, w.Code)
					}
				}
				if w := visit(s, "GET", text(metadata, p.Member), ""); w.Code == http.StatusNotFound {
					t.Errorf("nothing answers at %s", text(metadata, p.Member))
				}
			}
		})
	}
}

func TestMetadataOfAnIssuerWithAPathAreNotThoseOfItsHost(t *testing.T) {
	s := lookingServer(t, Look{Issuer: "/realms/one"})
	for _, path := range []string{"/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"} {
		if w := visit(s, "GET", "https://server.example"+path, ""); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

func TestALookThatCannotWorkIsRefused(t *testing.T) {
	for want, look := range map[string]Look{
		`"HS256" is not one of`:           {Algorithm: "HS256"},
		`"oauth" is not a path`:           {Issuer: "oauth"},
		`"/token?x" is not a path`:        {Paths: map[string]string{PathToken: "/token?x"}},
		`write the path "/a/../b" as "/b`: {Paths: map[string]string{PathToken: "/a/../b"}},
		`are both at /par`:                {Paths: map[string]string{PathToken: "/par"}},
		`the metadata have their place`:   {Paths: map[string]string{PathJWKS: "/x/.well-known/openid-configuration"}},
	} {
		if _, err := New("https://server.example", Config{Look: look}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: got %v, want %s", look, err, want)
		}
	}
	if _, err := FindLook("auth1"); err == nil || !strings.Contains(err.Error(), "auth0, keycloak, okta, entra") {
		t.Errorf("%v", err)
	}
}
