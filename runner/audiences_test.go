package runner

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/clock"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/mutants"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// severalAPIs starts an authorization server that is particular about who asks for which
// audience and by what, with two APIs, and reads the configuration that says so.
func severalAPIs(t *testing.T, parts target.Parts) *target.Target {
	t.Helper()
	ours := target.Default()
	ours.Parts = parts
	session, err := target.Open(t.Context(), ours)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(session.Close)
	audiences := map[string]string{"orders": "urn:orders", "invoices": "https://invoices.example/v1"}
	now := clock.Running()
	as, err := session.StartAuthorizationServer(now, wire.Options{Name: "as"}, func(c *mockas.Config) {
		for name, id := range map[string]string{"orders": "buyer", "invoices": "biller"} {
			c.APIs = append(c.APIs, mockas.API{Audience: audiences[name]})
			c.Clients = append(c.Clients, mockas.Client{
				ID: id, Secret: "secret-of-" + id, Auth: mockas.AuthPost, Grants: []string{mockas.GrantClientCredentials},
			})
		}
		honest := mockas.HonestPolicy()
		c.Policy = &honest
		c.Policy.Around = particular(map[string]url.Values{
			"buyer": {"audience": {audiences["orders"]}}, "biller": {"resource": {audiences["invoices"]}},
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { as.HTTP.Close() })
	text := fmt.Sprintf(`
authorization_server:
  issuer: %s
  clients:
    - {id: biller, secret: secret-of-biller, auth: client_secret_post}
    - {id: buyer, secret: secret-of-buyer, auth: client_secret_post}
apis:
`, as.Issuer())
	for _, one := range []struct{ name, client, parameter string }{
		{"orders", "buyer", "audience"}, {"invoices", "biller", "resource"},
	} {
		api, err := session.StartAPI(now, wire.Options{Name: one.name}, world.StandardAPI(one.name, as),
			func(c *mockrs.Config) { c.Audience = audiences[one.name] })
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { api.HTTP.Close() })
		text += fmt.Sprintf("  %s: {url: %s, audience: %s, client: %s, audience_parameter: %s, probe: GET /%s}\n",
			one.name, api.Origin, audiences[one.name], one.client, one.parameter, one.name)
	}
	file := filepath.Join(t.TempDir(), "dpopspec.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	configured, err := target.Load(file, os.LookupEnv)
	if err != nil {
		t.Fatal(err)
	}
	return configured
}

// particular refuses token requests that do not name exactly what a client may have.
func particular(may map[string]url.Values) func(string, http.HandlerFunc) http.HandlerFunc {
	return func(path string, next http.HandlerFunc) http.HandlerFunc {
		if path != mockas.PathToken {
			return next
		}
		return func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(io.LimitReader(r.Body, 1<<20))
			r.Body = io.NopCloser(bytes.NewReader(body))
			form, _ := url.ParseQuery(string(body))
			wanted := may[form.Get("client_id")]
			otherwise := func(name string) bool { return form.Get(name) != wanted.Get(name) }
			if wanted != nil && (otherwise("audience") || otherwise("resource")) {
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(http.StatusBadRequest)
				io.WriteString(w, `{"error": "invalid_target"}`)
				return
			}
			next(w, r)
		}
	}
}

// Each API has its client and its way to name an audience, and the token of one is no
// token of the other.
func TestEachAPIHasItsClientAndItsAudience(t *testing.T) {
	const other = "RFC8707-2-02"
	for name, finds := range map[string]bool{"": false, "RS-018@api/audience": true} {
		var parts target.Parts
		if name != "" {
			found, err := mutants.Select("", name)
			if err != nil {
				t.Fatal(err)
			}
			parts = found[0].Parts
		}
		run := playedWhole(t, severalAPIs(t, parts), other, "RFC9449-6-01", "RFC9449-4.3-42")
		passed, failed := 0, 0
		for _, c := range run.Cases {
			switch {
			case c.Verdict.Breaks():
				failed++
			case c.Verdict == reports.Errored || c.Verdict == reports.Inconclusive:
				t.Errorf("%s: %s, %s", c.ID, c.Verdict, c.Reason)
			}
			if c.Endpoint == features.API && c.Verdict == reports.Passed {
				passed++
			}
		}
		if len(run.SetUp) > 0 || passed < 5 || finds != (failed > 0) {
			t.Errorf("%q: %d cases of the API passed, %d failed; set-up %+v", name, passed, failed, run.SetUp)
		}
		for _, c := range run.Cases {
			if c.Verdict.Breaks() {
				t.Log(c.ID, c.Reason)
			}
		}
	}
}
