package target

import (
	"fmt"
	"net/http"
	"net/http/httptest"
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
