package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/internal/loginpage"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mutants"
	"github.com/dpopspec/dpopspec/reports"
)

// alice has a password that looks otherwise in each encoding.
var alice = loginpage.Person{Username: "alice@example.com", Password: `the p%ss "word" & <of> alice/1+1`}

// paged is an authorization server with one bug behind login pages, and what is secret
// of all that comes by.
func paged(t *testing.T, shape loginpage.Shape, s *secrets) (*httptest.Server, *loginpage.Front) {
	t.Helper()
	list, err := mutants.Select("", "PV-018@token")
	if err != nil {
		t.Fatal(err)
	}
	var next http.Handler
	behind := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(w, r) })
	front := loginpage.Before(behind, alice, shape)
	front.Seen = func(r *http.Request) {
		for _, c := range r.Cookies() {
			s.add(c.Value, "a cookie")
		}
	}
	listener := httptest.NewServer(s.overheard(front))
	t.Cleanup(listener.Close)
	config := mockas.Config{Clients: []mockas.Client{{
		ID: "the-client", Secret: "the-secret-of-the-client", Auth: mockas.AuthPost,
		Grants: mockas.AllGrants, RedirectURIs: []string{"com.example.app:/callback"}, AlwaysRefresh: true,
	}}}
	list[0].Parts.AuthorizationServer(&config)
	if next, err = mockas.New(listener.URL, config); err != nil {
		t.Fatal(err)
	}
	return listener, front
}

// pagedConfig names it, with a way to log in.
func pagedConfig(t *testing.T, dir, issuer, login string) string {
	t.Helper()
	config := filepath.Join(dir, "tenant.yaml")
	if err := os.WriteFile(config, []byte(`
authorization_server:
  issuer: `+issuer+`
  clients:
    - id: the-client
      secret: "${CLIENT_SECRET}"
      auth: client_secret_post
      grants: [authorization_code, refresh_token]
      redirect_uri: "com.example.app:/callback"
      login: `+login+`
limits: {rate: 1000/s}
`), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("CLIENT_SECRET", "the-secret-of-the-client")
	t.Setenv("PASSWORD", alice.Password)
	return config
}

const loginCases = "proof-method/*,RFC9449-5-01,RFC9449-10-03,RFC9449-10-07"

// TestNoPasswordCookieOrCodeIsInAnyOutput runs with login pages of several shapes,
// traced, writes every report, and searches them all.
func TestNoPasswordCookieOrCodeIsInAnyOutput(t *testing.T) {
	for name, shape := range map[string]loginpage.Shape{"consent": loginpage.EveryTime, "form_post": loginpage.Posting} {
		t.Run(name, func(t *testing.T) {
			s := &secrets{list: map[string]string{}}
			s.add(alice.Password, "the password")
			server, _ := paged(t, shape, s)
			dir := t.TempDir()
			config := pagedConfig(t, dir, server.URL, `{form: {username: alice@example.com, password: "${PASSWORD}"}}`)
			formats := "pretty"
			for _, name := range reports.FormatNames() {
				if name != "pretty" {
					formats += "," + name + ":" + filepath.Join(dir, "out", name)
				}
			}
			code, out := call(t, "run", "-c", config, "--trace", "--id", loginCases, "--format", formats)
			if code != exitNotConformant {
				t.Fatalf("exit code %d: %s", code, out)
			}
			searchFor(t, s, dir, out, "code", "a cookie", "the password")
		})
	}
}

// TestAWrongPasswordIsShownNowhere looks at what check and run say of it: the page
// repeats what was typed.
func TestAWrongPasswordIsShownNowhere(t *testing.T) {
	s := &secrets{list: map[string]string{}}
	server, front := paged(t, loginpage.OnePage, s)
	dir := t.TempDir()
	config := pagedConfig(t, dir, server.URL, `{form: {username: alice@example.com, password: "${PASSWORD}"}}`)
	const wrong = "not the p%ss \"word\" of <alice>"
	t.Setenv("PASSWORD", wrong)
	s.add(wrong, "the password")
	code, tried := call(t, "check", "-c", config, "--try")
	if code != exitCouldNotTest || !strings.Contains(tried, "came again after user name and password were sent") ||
		!strings.Contains(tried, "login.form.password") {
		t.Errorf("check --try: exit code %d: %s", code, tried)
	}
	formats := "pretty"
	for _, name := range reports.FormatNames() {
		if name != "pretty" {
			formats += "," + name + ":" + filepath.Join(dir, "out", name)
		}
	}
	code, out := call(t, "run", "-c", config, "--trace", "--id", loginCases, "--format", formats)
	if code != exitCouldNotTest || strings.Count(out, "came again after") > 2 {
		t.Errorf("run: exit code %d: %s", code, out)
	}
	if _, typed := front.Counts(); typed != 2 {
		t.Errorf("the password was typed %d times in two runs", typed)
	}
	searchFor(t, s, dir, tried+out, "the password")
}
