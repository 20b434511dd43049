package runner

import (
	"os"
	"testing"

	"github.com/dpopspec/dpopspec/internal/headless"
	"github.com/dpopspec/dpopspec/internal/login"
	"github.com/dpopspec/dpopspec/internal/loginpage"
	"github.com/dpopspec/dpopspec/reports"
)

// needsChromium skips a test, loudly, where there is no Chromium to drive. The interop
// run installs one and demands it.
func needsChromium(t *testing.T) {
	t.Helper()
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
