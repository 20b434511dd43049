package runner

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/internal/headless"
	"github.com/dpopspec/dpopspec/internal/login"
	"github.com/dpopspec/dpopspec/internal/loginpage"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/target"
)

// needsChromium skips a test, loudly, where there is no Chromium to drive. The interop
// run installs one and demands it.
func needsChromium(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("a browser takes its time")
	}
	if _, err := headless.Find(""); err != nil {
		if os.Getenv("DPOPSPEC_CHROMIUM") == "required" {
			t.Fatal(err)
		}
		t.Skipf("NOT TESTED: %v; make interop-install installs one", err)
	}
}

// byBrowser tries forms first, as a configuration with an account has it.
func byBrowser(password string) login.Settings {
	ways := byForm(password)
	ways.Browser = &login.Browser{Form: ways.Form}
	return ways
}

func TestAHeadlessBrowserTurnsNoVerdict(t *testing.T) {
	needsChromium(t)
	plain := played(t, honest(t, nil, nil), needsCodes...)
	configured, front := paged(t, loginpage.Scripted, byBrowser(testPerson.Password))
	run := played(t, configured, needsCodes...)
	for i, c := range run.Cases {
		if want := plain.Cases[i]; c.ID != want.ID || c.Verdict != want.Verdict {
			t.Errorf("%s is %s, without a page %s is %s: %s", c.ID, c.Verdict, want.ID, want.Verdict, c.Reason)
		}
	}
	if logins, wrong := front.Counts(); logins != 1 || wrong != 0 || found(run) != "" {
		t.Errorf("%d logins, %d wrong; found %s", logins, wrong, found(run))
	}
}

func TestAHeadlessBrowserSaysOnceThatItFails(t *testing.T) {
	needsChromium(t)
	configured, front := paged(t, loginpage.Scripted, byBrowser("a wrong password"))
	run := played(t, configured, needsCodes...)
	const blocked = "login of the client svc"
	if want := blocked + ": authorization_server.clients[svc].login.form.password"; found(run) != want {
		t.Errorf("found %s, not %s", found(run), want)
	}
	if got := verdictsAt(run, "api"); got != "passed" {
		t.Errorf("at the API: %s", got)
	}
	if _, wrong := front.Counts(); wrong != 1 || run.ExitCode() != reports.ExitCouldNotTest {
		t.Errorf("%d wrong passwords, exit code %d", wrong, run.ExitCode())
	}
}

// The whole way, from the file to a code and an approved device, without a secret in
// what is said of it.
func TestAHeadlessBrowserIsDrivenByTheFile(t *testing.T) {
	needsChromium(t)
	configured, front := withDevices(t, loginpage.Scripted, login.Settings{}, nil)
	file := filepath.Join(t.TempDir(), "tenant.yaml")
	text := fmt.Sprintf(`authorization_server:
  issuer: %s
  clients:
    - id: svc
      secret: secret of svc
      auth: client_secret_post
      redirect_uri: http://127.0.0.1/cb
      grants: [client_credentials, authorization_code, refresh_token, "%s"]
      login:
        browser: headless
        steps: # fields are found inside of shadow roots
          - {fill: "input:not([type])", value: "${USERNAME}"}
          - {fill: "input[type=password]", value: "${PASSWORD}"}
          - {click: "button[type=button]"}
          - {fill: "input[name=user_code]", value: "{user_code}", optional: true}
          - {click: "button[type=submit]", optional: true}
  device_approval: {login: svc}
`, configured.AuthorizationServer.Issuer, mockas.GrantDevice)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	loaded, err := target.Load(file, func(name string) (string, bool) {
		value, set := map[string]string{"USERNAME": testPerson.Username, "PASSWORD": testPerson.Password}[name]
		return value, set
	})
	if err != nil {
		t.Fatal(err)
	}
	loaded.APIs = configured.APIs
	run := played(t, loaded, append(needsCodes, deviceCases)...)
	if got := verdictsOf(run, "device-code"); got != "passed" || found(run) != "" {
		t.Errorf("device grant: %s; found %s", got, found(run))
	}
	if got := verdictsAt(run, "userinfo"); got != "passed" {
		t.Errorf("at userinfo: %s", got)
	}
	if logins, wrong := front.Counts(); logins != 1 || wrong != 0 {
		t.Errorf("%d logins, %d wrong", logins, wrong)
	}
	report, err := json.Marshal(run)
	if err != nil || strings.Contains(string(report), testPerson.Password) {
		t.Errorf("%v, or the password is in the report", err)
	}
}

func TestAHeadlessBrowserApprovesDevices(t *testing.T) {
	needsChromium(t)
	configured, front := withDevices(t, loginpage.Scripted, byBrowser(testPerson.Password), nil)
	run := played(t, configured, deviceCases)
	if got := verdictsOf(run, "device-code"); got != "passed" || found(run) != "" {
		t.Errorf("device grant: %s; found %s", got, found(run))
	}
	if logins, wrong := front.Counts(); logins != 1 || wrong != 0 {
		t.Errorf("%d logins, %d wrong", logins, wrong)
	}
}
