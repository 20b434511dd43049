package runner

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/longtable"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mutants"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/target"
)

// unpublished starts an authorization server that publishes no metadata, and returns
// the configuration that gives them: of its endpoints all that are named. Clients get
// tokens by client_credentials alone; whether they may do more the server knows.
func unpublished(t *testing.T, may []string, changes ...func(*mockas.Config)) *target.Target {
	t.Helper()
	client := target.RegisteredClient{
		ID: "service", Secret: "secret-1", Auth: mockas.AuthBasic, Grants: []string{mockas.GrantClientCredentials},
	}
	server, err := wire.Listen(wire.Options{Name: "authorization server"}, func(origin string) http.Handler {
		honest := mockas.HonestPolicy()
		c := mockas.Config{Policy: &honest, APIs: []mockas.API{{Audience: "https://orders.example"}}}
		c.Clients = []mockas.Client{{
			ID: client.ID, Secret: client.Secret, Auth: client.Auth, Grants: may,
			RedirectURIs: []string{"https://app.example/callback"},
		}}
		for _, change := range changes {
			change(&c)
		}
		made, err := mockas.New(origin, c)
		if err != nil {
			t.Fatal(err)
		}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, "/.well-known/") {
				http.NotFound(w, r)
				return
			}
			made.ServeHTTP(w, r)
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	configured := target.Default()
	configured.AuthorizationServer = &target.RealAuthorizationServer{
		Issuer: server.URL, Clients: []target.RegisteredClient{client},
	}
	given := &configured.AuthorizationServer.Metadata
	for name, path := range map[string]string{
		"token_endpoint": mockas.PathToken, "pushed_authorization_request_endpoint": mockas.PathPAR,
		"userinfo_endpoint": mockas.PathUserinfo, "jwks_uri": mockas.PathJWKS,
	} {
		given.Add(name, server.URL+path)
	}
	return configured
}

// at counts the cases at an endpoint by their verdict.
func at(run reports.Run, endpoint string) map[reports.Verdict]int {
	counts := map[reports.Verdict]int{}
	for _, c := range run.Cases {
		if c.Endpoint == endpoint {
			counts[c.Verdict]++
		}
	}
	return counts
}

// A server without metadata is tested by what the configuration gives, its PAR endpoint
// by a client that may not use the code grant, and userinfo without a login as far as
// no token is needed.
func TestAServerWithoutMetadataIsTestedByTheConfiguration(t *testing.T) {
	all := []string{mockas.GrantClientCredentials, mockas.GrantCode}
	for _, row := range []struct {
		name string
		may  []string
		par  bool
	}{
		{"that takes pushed requests of any client", all, true},
		{"that takes none without the code grant", all[:1], false},
	} {
		t.Run(row.name, func(t *testing.T) {
			longtable.UnderRace(t)
			t.Parallel()
			run := playedWhole(t, unpublished(t, row.may))
			for _, c := range run.Cases {
				if c.Verdict.Breaks() || c.Verdict == reports.Errored {
					t.Errorf("%s: %s, %s", c.ID, c.Verdict, c.Reason)
				}
			}
			if n := at(run, features.TokenEndpoint)[reports.Passed]; n < 100 {
				t.Errorf("only %d cases passed at the token endpoint", n)
			}
			if n := at(run, features.PAREndpoint)[reports.Passed]; row.par != (n > 100) {
				t.Errorf("%d cases passed at the PAR endpoint", n)
			}
			if n := at(run, features.UserinfoEndpoint)[reports.Passed]; n < 4 {
				t.Errorf("%d cases without credentials passed at the userinfo endpoint", n)
			}
			if len(run.SetUp) > 0 {
				t.Errorf("taken for a fault of the set-up: %+v", run.SetUp)
			}
		})
	}
}

// What is wrong at PAR and at userinfo is found by such a client too.
func TestABugIsFoundByAClientWithoutTheCodeGrant(t *testing.T) {
	for _, name := range []string{"PV-014@par"} {
		found, err := mutants.Select("", name)
		if err != nil {
			t.Fatal(err)
		}
		all := []string{mockas.GrantClientCredentials, mockas.GrantCode}
		run := playedWhole(t, unpublished(t, all, found[0].Parts.AuthorizationServer))
		if !slices.ContainsFunc(run.Cases, func(c reports.Case) bool {
			return c.Endpoint == features.PAREndpoint && c.Verdict == reports.Failed
		}) {
			t.Errorf("%s is not found", name)
		}
	}
}

// playedWhole plays the whole plan at its usual level, or some of its cases, against a
// target.
func playedWhole(t *testing.T, configured *target.Target, ids ...string) reports.Run {
	t.Helper()
	sources, err := ReadFS(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	configured.Limits.Level = features.Standard
	plan, err := NewPlan(sources, configured, Selection{IDs: ids})
	if err != nil {
		t.Fatal(err)
	}
	run, err := Run(t.Context(), plan, configured, Options{Parallel: 2})
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// What userinfo answers counts as served only with the sub of the ID token, in JSON or
// in a JWT; else nothing can be told there, and nobody is accused.
func TestUserinfoServesWhoIsMeantOrNothing(t *testing.T) {
	jwt := func(claims string) string { return "e30." + dpop.EncodeSegment([]byte(claims)) + ".c2ln" }
	for _, row := range []struct {
		name, kind, body string // of what is answered in place of a success
		serves           bool
	}{
		{"nobody", "application/json", `{"email": "a@example.com"}`, false},
		{"a page", "text/html", `<p>please log in</p>`, false},
		{"another person", "application/json", `{"sub": "person-2"}`, false},
		{"another person, signed", "application/jwt", jwt(`{"sub": "person-2"}`), false},
		{"nobody, signed", "application/jwt", jwt(`{"iss": "https://as.example"}`), false},
		{"the person, signed", "application/jwt", jwt(`{"sub": "person-1"}`), true},
		{"somebody, encrypted", "application/jwt", "e30.a.b.c.d", true},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			answers := func(c *mockas.Config) {
				c.Policy.Around = func(path string, next http.HandlerFunc) http.HandlerFunc {
					if path != mockas.PathUserinfo {
						return next
					}
					return func(w http.ResponseWriter, r *http.Request) {
						next(&instead{ResponseWriter: w, kind: row.kind, body: row.body}, r)
					}
				}
			}
			run := playedWhole(t, realAS(t, realClients(false), answers), "RFC9449-4.3-42", "RFC9449-7.1-06", "RFC9449-7.2-01")
			for _, c := range run.Cases {
				if c.Verdict.Breaks() || c.Verdict == reports.Errored {
					t.Errorf("%s: %s, %s", c.ID, c.Verdict, c.Reason)
				}
			}
			at := at(run, features.UserinfoEndpoint)
			if passed := at[reports.Passed]; row.serves != (passed > 5) {
				t.Errorf("at userinfo %v; set-up %+v", at, run.SetUp)
			}
		})
	}
}

// instead answers something else in place of a success.
type instead struct {
	http.ResponseWriter
	kind, body string
	replaced   bool
}

func (i *instead) WriteHeader(status int) {
	if i.replaced = status/100 == 2; i.replaced {
		i.Header().Set("Content-Type", i.kind)
	}
	i.ResponseWriter.WriteHeader(status)
}

func (i *instead) Write(text []byte) (int, error) {
	if i.replaced {
		return i.ResponseWriter.Write([]byte(i.body))
	}
	return i.ResponseWriter.Write(text)
}
