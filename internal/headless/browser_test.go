package headless

import (
	"errors"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/internal/login"
)

// needsChromium skips a test, loudly, where there is no Chromium to drive. The interop
// run installs one and demands it.
func needsChromium(t *testing.T) {
	t.Helper()
	if _, err := Find(""); err != nil {
		if os.Getenv("DPOPSPEC_CHROMIUM") == "required" {
			t.Fatal(err)
		}
		t.Skipf("NOT TESTED: %v; make interop-install installs one", err)
	}
}

func TestScriptsBuildTheLogin(t *testing.T) {
	needsChromium(t)
	for name, row := range map[string]struct {
		page, after string
		others      map[string]string
	}{
		"plain":      {page: plainForm},
		"delayed":    {page: delayedForm},
		"controlled": {page: controlledForm},
		"shadow":     {page: shadowForm},
		"two pages":  {page: twoPages, others: map[string]string{"/second": secondPage}},
		"consent":    {page: plainForm, after: `<title>Consent</title><form action=/done><button name=no value=1>Deny</button><button>Allow access</button></form>`},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, row.page, row.others)
			s.after = row.after
			b := opened(t, login.Browser{})
			var codes []string
			for range 2 {
				back, err := b.Authorize(t.Context(), s.request("abc"))
				if err != nil {
					t.Fatal(err)
				}
				u, err := url.Parse(back)
				if err != nil || !strings.HasPrefix(back, redirectURI+"&code=") {
					t.Fatalf("got %s, %v", back, err)
				}
				codes = append(codes, u.Query().Get("code"))
			}
			if codes[0] == codes[1] || s.sessions != 1 {
				t.Errorf("codes %q by %d logins", codes, s.sessions)
			}
		})
	}
}

func TestAWrongPasswordIsTypedOnce(t *testing.T) {
	needsChromium(t)
	s := newSite(t, delayedForm, nil)
	b := opened(t, login.Browser{Form: &login.Form{Username: testUser, Password: "another"}})
	var first error
	for range 3 {
		_, err := b.Authorize(t.Context(), s.request("abc"))
		var failure *login.Failure
		if !errors.As(err, &failure) || failure.What != "the password was not taken" ||
			!strings.Contains(failure.Said, "Invalid credentials") {
			t.Fatalf("got %v", err)
		}
		if first == nil {
			first = err
		}
		if err != first {
			t.Errorf("another error: %v", err)
		}
	}
	if n := s.count("POST /login"); n != 1 {
		t.Errorf("%d passwords were sent", n)
	}
}
