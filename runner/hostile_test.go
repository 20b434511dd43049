package runner_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/longtable"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/runner"
	"github.com/dpopspec/dpopspec/target"
)

// hostile is an authorization server whose metadata are sound and whose every
// other answer is the given one.
func hostile(t *testing.T, answer http.HandlerFunc) string {
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	mux.HandleFunc("/.well-known/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, strings.ReplaceAll(`{
			"issuer":"@","token_endpoint":"@/t","authorization_endpoint":"@/a","userinfo_endpoint":"@/u",
			"pushed_authorization_request_endpoint":"@/p","device_authorization_endpoint":"@/d",
			"introspection_endpoint":"@/i","revocation_endpoint":"@/r",
			"dpop_signing_alg_values_supported":["ES256"]}`, "@", server.URL))
	})
	mux.HandleFunc("/", answer)
	return server.URL
}

func TestAHostileAuthorizationServerIsNeverPassed(t *testing.T) {
	files, err := runner.ReadFS(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	for name, answer := range map[string]http.HandlerFunc{
		"a page":         func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>Welcome</html>") },
		"a server error": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) },
		"garbage": func(w http.ResponseWriter, _ *http.Request) {
			w.Write([]byte("{\"access_token\":\x00\xff"))
		},
		"a cut connection": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"redirects forever": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path+"x", http.StatusFound)
		},
		"silence": func(_ http.ResponseWriter, r *http.Request) {
			io.Copy(io.Discard, r.Body) // until then nobody sees that the client has gone
			<-r.Context().Done()
		},
	} {
		t.Run(name, func(t *testing.T) {
			longtable.UnderRace(t)
			t.Parallel()
			at := target.Default()
			at.AuthorizationServer = &target.RealAuthorizationServer{
				Issuer: hostile(t, answer), Clients: []target.RegisteredClient{{
					ID: "client", Secret: "secret", Auth: "client_secret_post",
					RedirectURI: "http://127.0.0.1/callback",
					Grants:      []string{"client_credentials", "authorization_code", "refresh_token"},
				}},
			}
			plan, err := runner.NewPlan(files, at, runner.Selection{IDs: []string{
				"as-token/*", "as-refresh/*", "as-code/*", "as-par/*", "as-clients/*",
				"as-introspection/*", "as-nonce/*",
			}})
			if err != nil {
				t.Fatal(err)
			}
			session, err := target.Open(context.Background(), at)
			if err != nil {
				t.Fatal(err)
			}
			defer session.Close()
			if name == "silence" {
				session.Limits.Timeout = 50 * time.Millisecond // all others answer, be it late on a busy machine
			}
			for _, c := range runner.Execute(context.Background(), plan, session, runner.Options{Parallel: 16}) {
				if c.Verdict == reports.Passed {
					t.Errorf("%s passed: %s", c.ID, c.Actual)
				}
			}
		})
	}
}
