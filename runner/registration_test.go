package runner

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/target"
)

// doorkeeper lets who shows an initial access token register (RFC 7591 §3), and counts
// who is there.
type doorkeeper struct {
	registered, deleted atomic.Int32
	unmanaged           bool // registrations cannot be managed
}

func (d *doorkeeper) guard(c *mockas.Config) {
	c.Policy.Around = func(path string, next http.HandlerFunc) http.HandlerFunc {
		if path != mockas.PathRegister {
			return next
		}
		return func(w http.ResponseWriter, r *http.Request) {
			managed := strings.Contains(strings.TrimPrefix(r.URL.Path, mockas.PathRegister), "/")
			switch {
			case managed && d.unmanaged:
				w.WriteHeader(http.StatusMethodNotAllowed)
				return
			case !managed && r.Header.Get("Authorization") != "Bearer good":
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			seen := httptest.NewRecorder()
			next(seen, r)
			switch seen.Code {
			case http.StatusCreated:
				d.registered.Add(1)
			case http.StatusNoContent:
				d.deleted.Add(1)
			}
			maps.Copy(w.Header(), seen.Header())
			w.WriteHeader(seen.Code)
			w.Write(seen.Body.Bytes())
		}
	}
}

// TestClientsAreRegisteredByLeaveAlone and deleted again.
func TestClientsAreRegisteredByLeaveAlone(t *testing.T) {
	for _, row := range []struct {
		name   string
		leave  *target.DynamicRegistration
		reason string // why the cases are skipped; empty: they pass
	}{
		{"by an initial access token", &target.DynamicRegistration{InitialAccessToken: "good"}, ""},
		{"by one that is spent", &target.DynamicRegistration{InitialAccessToken: "spent"}, "takes the initial access token no more"},
		{"as if it were open", &target.DynamicRegistration{}, "registration is not open to everybody"},
		{"without leave", nil, "gives no leave to register"},
	} {
		t.Run(row.name, func(t *testing.T) {
			door := &doorkeeper{}
			configured := realAS(t, realClients(false), door.guard)
			configured.AuthorizationServer.Registration = row.leave
			cases := playedAS(t, configured, "as-registration/*")
			for _, c := range cases {
				skipped := c.Verdict == reports.Skipped && strings.Contains(c.Reason, row.reason) &&
					c.Key == "authorization_server.registration"
				good := c.Verdict == reports.Passed || c.Verdict == reports.Noted
				if row.reason == "" && !good || row.reason != "" && !skipped {
					t.Errorf("%s: %s, %s (%s)", c.ID, c.Verdict, c.Reason, c.Key)
				}
			}
			if got, gone := door.registered.Load(), door.deleted.Load(); got != gone || row.reason == "" && got == 0 {
				t.Errorf("%d clients were registered, %d deleted", got, gone)
			}
		})
	}
}

// TestARegisteredClientThatStaysIsTold to whoever owns the server.
func TestARegisteredClientThatStaysIsTold(t *testing.T) {
	door := &doorkeeper{unmanaged: true}
	configured := realAS(t, realClients(false), door.guard)
	configured.AuthorizationServer.Registration = &target.DynamicRegistration{InitialAccessToken: "good"}
	sources, err := BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	plan, err := NewPlan(sources, configured, Selection{IDs: []string{"as-registration/the-value-is-echoed/*"}})
	if err != nil {
		t.Fatal(err)
	}
	run, err := Run(t.Context(), plan, configured, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, party := range run.Target {
		for _, c := range party.Capabilities {
			if c.Name == "registered clients left behind" && strings.Count(c.Value, "dyn-") == int(door.registered.Load()) {
				return
			}
		}
	}
	t.Errorf("%d clients stayed; told is %+v", door.registered.Load(), run.Target)
}

// tellsAlone answers a caller as if no token were for it, but for one client (RFC 7662
// §2.2: the protected resource is not allowed to know).
func tellsAlone(client string) func(*mockas.Config) {
	return func(c *mockas.Config) {
		c.Policy.Around = func(path string, next http.HandlerFunc) http.HandlerFunc {
			if path != mockas.PathIntrospect {
				return next
			}
			return func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				r.Body = io.NopCloser(bytes.NewReader(body))
				form, _ := url.ParseQuery(string(body))
				id, _, basic := r.BasicAuth()
				if !basic {
					id = form.Get("client_id")
				}
				if id != "" && id != client {
					w.Header().Set("Content-Type", "application/json")
					w.Write([]byte(`{"active":false}`))
					return
				}
				next(w, r)
			}
		}
	}
}

// TestWhoeverIsToldOfTokensIntrospects: a caller that is not is no evidence.
func TestWhoeverIsToldOfTokensIntrospects(t *testing.T) {
	for _, row := range []struct {
		name, told, named string
		skipped           bool
	}{
		{"the second client is found", "site", "", false},
		{"the named one is asked", "site", "site", false},
		{"another is named", "site", "service", true},
		{"nobody is told", "nobody", "", true},
	} {
		t.Run(row.name, func(t *testing.T) {
			configured := realAS(t, realClients(false), tellsAlone(row.told))
			configured.AuthorizationServer.Introspector = row.named
			cases := playedAS(t, configured, "as-introspection/a-bound-*", "as-introspection/introspection-*",
				"as-introspection/a-revoked-*")
			for _, c := range cases {
				skipped := c.Verdict == reports.Skipped && c.Key == "authorization_server.introspection"
				stranger := strings.HasSuffix(c.ID, "stranger")
				if !stranger && skipped != row.skipped || c.Verdict != reports.Passed && !skipped {
					t.Errorf("%s: %s, %s (%s)", c.ID, c.Verdict, c.Reason, c.Key)
				}
			}
		})
	}
}
