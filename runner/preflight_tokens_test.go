package runner

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/internal/longtable"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/target"
)

// refusing answers authorization requests that hold a parameter with an error.
func refusing(name, value, code string) around {
	return func(w http.ResponseWriter, r *http.Request) bool {
		q := r.URL.Query()
		if r.URL.Path != "/authorize" || !strings.Contains(q.Get(name), value) {
			return false
		}
		back := url.Values{"error": {code}, "state": {q.Get("state")}}
		http.Redirect(w, r, q.Get("redirect_uri")+"?"+back.Encode(), http.StatusFound)
		return true
	}
}

func TestWhatAnAPIAddsToALoginAndTheServerRefusesIsTheSetUp(t *testing.T) {
	const unknown = "https://nobody.example"
	wrongAudience := func(t *target.Target) { t.APIs[0].Audience, t.APIs[0].AudienceNamed = unknown, true }
	for name, test := range map[string]struct {
		as     around
		change func(*target.Target)
		found  string
	}{
		"an audience that nobody knows": {
			change: wrongAudience, found: "the API orders: apis.orders.audience",
		},
		"an audience that is denied in other words": {
			as:     refusing("audience", unknown, "access_denied"),
			change: wrongAudience, found: "the API orders: apis.orders.audience",
		},
		"an audience that is denied by a page": {
			as: func(w http.ResponseWriter, r *http.Request) bool {
				return r.URL.Query().Get("audience") == unknown && answer(w, 400, "{}")
			},
			change: wrongAudience, found: "the API orders: apis.orders.audience",
		},
		"an audience that the token endpoint refuses": {
			as: func(w http.ResponseWriter, r *http.Request) bool {
				return r.URL.Path == "/token" && form(r).Get("resource") != "" &&
					answer(w, 400, `{"error":"invalid_target"}`)
			},
			change: func(t *target.Target) { t.APIs[0].AudienceNamed = true },
			found:  "the API orders: apis.orders.audience",
		},
		"a scope that the client may not have": {
			as:     refusing("scope", "admin", "invalid_scope"),
			change: func(t *target.Target) { t.APIs[0].Scope = "admin" },
			found:  "the API orders: apis.orders.scope",
		},
	} {
		t.Run(name, func(t *testing.T) {
			longtable.Thinned(t)
			configured := honest(t, test.as, nil)
			configured.AuthorizationServer.Clients[0].Grants = []string{mockas.GrantCode, mockas.GrantRefresh}
			test.change(configured)
			run := played(t, configured)
			if found(run) != test.found || run.ExitCode() != reports.ExitCouldNotTest {
				t.Errorf("found %s; want %s; exit code %d", found(run), test.found, run.ExitCode())
			}
			for endpoint, want := range map[string]string{
				"token": "passed", "par": "passed", "userinfo": "passed", "api": "blocked by the API orders",
			} {
				if got := verdictsAt(run, endpoint); got != want {
					t.Errorf("at %s: %s; want %s", endpoint, got, want)
				}
			}
		})
	}
}

func TestALoginThatIsRefusedAtRandomIsNoProblemOfTheSetUp(t *testing.T) {
	for _, path := range []string{"/authorize", "/token"} {
		n := 0
		configured := honest(t, func(w http.ResponseWriter, r *http.Request) bool {
			named := r.URL.Query().Get("audience") + form(r).Get("resource")
			if r.URL.Path != path || named == "" {
				return false
			}
			if n++; n%2 == 0 {
				return false
			}
			return answer(w, 400, `{"error":"invalid_target"}`)
		}, nil)
		configured.AuthorizationServer.Clients[0].Grants = []string{mockas.GrantCode}
		configured.APIs[0].AudienceNamed = true
		if run := played(t, configured); found(run) != "" {
			t.Errorf("at %s: found %s", path, found(run))
		}
	}
}
