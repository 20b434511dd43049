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
	if testing.Short() {
		t.Skip("a browser takes its time")
	}
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
		form        *login.Form
	}{
		"plain":      {page: plainForm},
		"delayed":    {page: delayedForm},
		"controlled": {page: controlledForm},
		"shadow":     {page: shadowForm},
		"two pages":  {page: twoPages, others: map[string]string{"/second": secondPage}},
		"names of the configuration": {
			page: `<form method=post action=/login><input name=username><input type=password name=password>
<input name=realm required><button name=do value=vor>Hop</button><button name=do value=weg>Sign in</button></form>`,
			after: `<form action=/done><button name=answer value=7>Jo</button><button name=answer value=8>Yes</button></form>`,
			form: &login.Form{Username: testUser, Password: testPassword, Fields: map[string]string{"Realm": "acme"},
				Submit: "do=vor", Consent: "Jo"},
		},
		"consent": {page: plainForm, after: `<title>Consent</title><form action=/done><button name=no value=1>Deny</button><button>Allow access</button></form>`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, row.page, row.others)
			s.after = row.after
			b := opened(t, login.Browser{Form: row.form})
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

// A server that refuses a request with a page, whatever its status, refuses this one
// alone.
func TestARefusalIsNoFailureOfTheLogin(t *testing.T) {
	needsChromium(t)
	s := newSite(t, plainForm, map[string]string{"/refused": "<title>Oops</title>This request is not valid"})
	b := opened(t, login.Browser{})
	authorize := func(path string) error {
		request := s.request("abc")
		request.Address = s.URL + path
		_, err := b.Authorize(t.Context(), request)
		return err
	}
	if err := authorize("/authorize"); err != nil {
		t.Fatal(err)
	}
	for path, status := range map[string]int{"/refused": 200, "/nowhere": 404} {
		var page *login.Answered
		if err := authorize(path); !errors.As(err, &page) || page.Status != status || page.Said == "" {
			t.Errorf("%s: %v", path, err)
		}
	}
	if err := authorize("/authorize"); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}
