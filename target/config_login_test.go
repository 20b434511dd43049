package target

import (
	"errors"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/dpopspec/dpopspec/internal/login"
)

func loginText(ways string) string {
	return "authorization_server:\n  issuer: https://a.example\n  clients:\n" +
		"    - {id: c1, grants: [authorization_code], redirect_uri: 'app:/cb', login: " + ways + "}\n"
}

func TestEveryKeyOfALoginArrives(t *testing.T) {
	text := "authorization_server:\n  issuer: https://a.example\n  clients:\n" + `
    - id: c1
      grants: [authorization_code]
      redirect_uri: app:/cb
      login_timeout: 30s
      login:
        form: {username: alice, password: "${PASSWORD}", fields: {org: acme}, submit: Next, consent: "#yes"}
        command: [./login.sh, -v]
        browser: headless
        program: /opt/chromium
        steps: [{fill: "#user", value: "${USER}"}, {click: "button"}, {wait: "#code"}]
        cookies: sso=the-sso-value; b=2
        hosts: [login.example, "http://127.0.0.1:8080"]
        parameters: {prompt: consent, max_age: 3600, ui_locales: [en, de]}
        par: proof
`
	got, err := loadText(t, text, map[string]string{"PASSWORD": "the password", "USER": "the user"})
	if err != nil {
		t.Fatal(err)
	}
	c := got.AuthorizationServer.Clients[0]
	form := &login.Form{
		Username: "alice", Password: "the password", Fields: map[string]string{"org": "acme"}, Submit: "Next", Consent: "#yes",
	}
	want := login.Settings{
		Form: form, Command: []string{"./login.sh", "-v"}, Dir: filepath.Dir(got.File),
		Browser: &login.Browser{Program: "/opt/chromium", Form: form,
			Steps: []login.Step{{Fill: "#user", Value: "the user"}, {Click: "button"}, {Wait: "#code"}}},
		Cookies: "sso=the-sso-value; b=2", Hosts: []string{"login.example", "http://127.0.0.1:8080"},
		Parameters: map[string][]string{"prompt": {"consent"}, "max_age": {"3600"}, "ui_locales": {"en", "de"}},
		Push:       login.PushProof, Timeout: 30 * time.Second,
	}
	if !reflect.DeepEqual(c.Ways, want) {
		t.Errorf("got %+v\nwant %+v", c.Ways, want)
	}
	for _, secret := range []string{"the password", "the user", "sso=the-sso-value; b=2", "the-sso-value"} {
		if !slices.Contains(got.Secrets, secret) {
			t.Errorf("%q is no secret", secret)
		}
	}
	var document any
	if err := yaml.Unmarshal([]byte(strings.NewReplacer("${PASSWORD}", "p", "${USER}", "u").Replace(text)), &document); err != nil {
		t.Fatal(err)
	}
	if err := compiled(t).Validate(document); err != nil {
		t.Error(err)
	}
}

func TestAMistakeInALoginIsToldWithItsLineAndItsRemedy(t *testing.T) {
	for ways, want := range map[string]string{
		"{frm: {}}":                         `:4: unknown key "frm"; known here: browser, command, cookies, form, hosts`,
		"{form: {user: a}}":                 `:4: unknown key "user"; known here: consent, fields, password, submit, username`,
		"form":                              `login "form" is neither redirects nor browser; or write {form:`,
		"{form: {username: a}}":             ":4: client c1: login.form: user name and password belong together",
		"{command: []}":                     "login.command names no program",
		"{browser: firefox}":                `login.browser "firefox" is neither headless nor person`,
		"{steps: [{click: a}]}":             "program, sandbox and steps are of browser: headless",
		"{browser: headless, steps: [{}]}":  "login.steps: the step 1 is none of",
		"{cookies: nonsense}":               "login.cookies: this is no Cookie field",
		"{hosts: ['https://a.example/x']}":  "is not a host such as login.example.com",
		"{parameters: {client_id: other}}":  "login.parameters: client_id is set by dpopspec itself",
		"{parameters: {redirect_uri: 'x'}}": "login.parameters: redirect_uri is set by dpopspec itself",
		"{par: sometimes}":                  `login.par "sometimes" is none of plain, proof, never`,
		"{browser: person}":                 "needs a redirect_uri on this machine with a port",
	} {
		_, err := loadText(t, loginText(ways), nil)
		var wrong *ConfigError
		if !errors.As(err, &wrong) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want %q", ways, err, want)
		}
	}
	_, err := loadText(t, strings.Replace(loginText("{form: {}}"), "authorization_code", "client_credentials", 1), nil)
	if err == nil || !strings.Contains(err.Error(), "login needs the grant authorization_code; add it to grants") {
		t.Error(err)
	}
}

func TestAPersonsPasswordGoesToTheIssuerAndToNamedHostsAlone(t *testing.T) {
	s := &Session{Target: &Target{AuthorizationServer: &RealAuthorizationServer{
		Issuer: "https://as.example/realm", Hosts: []string{"mtls.as.example"},
	}, APIs: []RealAPI{{URL: "https://api.example"}}}, named: "https://as.example/realm"}
	s.Metadata.Authorization = "https://evil.example/authorize"
	hosts := s.LoginHosts(RegisteredClient{Ways: login.Settings{Hosts: []string{"http://login.example"}}})
	want := login.Hosts{"https://as.example", "https://mtls.as.example", "http://login.example"}
	if !slices.Equal(hosts, want) {
		t.Errorf("%v; want %v", hosts, want)
	}
}
