package runner

import (
	"net/http"
	"slices"
	"testing"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/longtable"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mutants"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// realClients are those of somebody's authorization server, one of each kind.
func realClients(bound bool) []target.RegisteredClient {
	person := []string{mockas.GrantCode, mockas.GrantRefresh}
	all := append(slices.Clone(person), mockas.GrantClientCredentials)
	list := []target.RegisteredClient{
		{ID: "service", Secret: "secret-1", Auth: mockas.AuthBasic, Grants: all},
		{ID: "site", Secret: "secret-2", Auth: mockas.AuthPost, Grants: all},
		{ID: "app", Auth: mockas.AuthNone, Grants: person},
	}
	if bound {
		list = append(list, target.RegisteredClient{
			ID: "bank", Secret: "secret-3", Auth: mockas.AuthPost, Grants: all, Bound: true,
		})
	}
	for i := range list {
		list[i].RedirectURI, list[i].Scope = world.RedirectURI, "openid offline_access"
	}
	return list
}

// realAS is a target whose one real party is an authorization server of two instances,
// changed as a row of a test says.
func realAS(t *testing.T, clients []target.RegisteredClient, changes ...func(*mockas.Config)) *target.Target {
	t.Helper()
	var first *mockas.Server
	start := func() string {
		server, err := wire.Listen(wire.Options{Name: "authorization server"}, func(origin string) http.Handler {
			honest := mockas.HonestPolicy()
			c := mockas.Config{Policy: &honest, Beside: first, APIs: []mockas.API{{Audience: "https://orders.example"}}}
			for _, client := range clients {
				c.Clients = append(c.Clients, mockas.Client{
					ID: client.ID, Secret: client.Secret, Auth: client.Auth, Grants: client.Grants,
					RedirectURIs: []string{client.RedirectURI}, AlwaysRefresh: true, DPoPBound: client.Bound,
				})
			}
			for _, change := range changes {
				change(&c)
			}
			made, err := mockas.New(origin, c)
			if err != nil {
				t.Fatal(err)
			}
			first = made
			return made
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { server.Close() })
		return server.URL
	}
	configured := target.Default()
	configured.AuthorizationServer = &target.RealAuthorizationServer{
		Clients: clients, Issuer: start(), Replicas: []string{start()}, Registration: &target.DynamicRegistration{},
	}
	return configured
}

// nonces makes an authorization server ask for nonces.
func nonces(c *mockas.Config) { c.Nonces = mockas.NonceRequired }

// unboundFor answers proofs with unbound tokens where a policy says so. Whoever must
// have bound tokens gets them.
func unboundFor(policy func(mockas.Demand) bool) func(*mockas.Config) {
	return func(c *mockas.Config) {
		honest := c.Policy.Constrain
		c.Policy.Constrain = func(d mockas.Demand) (bool, *mockas.Error) {
			if policy(d) && !d.Required {
				return false, nil
			}
			return honest(d)
		}
	}
}

func everybody(mockas.Demand) bool      { return true }
func confidential(d mockas.Demand) bool { return !d.Public }

// mutant makes a server the mutant of a name.
func mutant(t *testing.T, name string) func(*mockas.Config) {
	t.Helper()
	found, err := mutants.Select("", name)
	if err != nil {
		t.Fatal(err)
	}
	return found[0].Parts.AuthorizationServer
}

// TestNoHonestRealServerIsCalledWrong plays all that can be asked of an authorization
// server against honest ones that choose otherwise.
func TestNoHonestRealServerIsCalledWrong(t *testing.T) {
	for _, row := range []struct {
		name    string
		bound   bool // there is a client that is registered for bound tokens
		changes []func(*mockas.Config)
		passed  int    // cases at least
		warned  string // a case about what a server need not do
	}{
		{"as it is", true, nil, 500, ""},
		{"asks for nonces", true, []func(*mockas.Config){nonces}, 500, ""},
		{"answers proofs with unbound tokens", false, []func(*mockas.Config){unboundFor(everybody)}, 150, ""},
		{"but for those who must have bound ones", true, []func(*mockas.Config){unboundFor(everybody)}, 400, ""},
		{"answers proofs of confidential clients with unbound tokens", true,
			[]func(*mockas.Config){unboundFor(confidential)}, 400, ""},
		{"announces no algorithms, and takes one", true, []func(*mockas.Config){func(c *mockas.Config) {
			c.Algorithms = []string{"ES256"}
			c.Policy.Metadata = func(_ string, d *dpop.Object) { d.Delete("dpop_signing_alg_values_supported") }
		}}, 450, "as-metadata/the-algorithms-of-proofs-are-announced"},
		{"takes the time of proofs from their nonces", true, []func(*mockas.Config){nonces, func(c *mockas.Config) {
			for _, gate := range []*mockas.Gate{&c.Policy.Token, &c.Policy.PAR, &c.Policy.Userinfo} {
				gate.Adjust = func(v *dpop.Verifier) { v.Past, v.Future = 1<<50, 1<<50 }
			}
		}}, 450, ""},
		{"takes pushed requests alone", true, []func(*mockas.Config){func(c *mockas.Config) { c.RequirePAR = true }}, 500, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			longtable.Thinned(t)
			t.Parallel()
			passed := 0
			for _, c := range playedAS(t, realAS(t, realClients(row.bound), row.changes...)) {
				switch c.Verdict {
				case reports.Passed:
					passed++
				case reports.Skipped, reports.Noted:
				case reports.Warned:
					if c.ID != row.warned {
						t.Errorf("%s: %s, %s", c.ID, c.Verdict, c.Reason)
					}
				default:
					t.Errorf("%s: %s, %s", c.ID, c.Verdict, c.Reason)
				}
			}
			if passed < row.passed {
				t.Errorf("only %d cases passed", passed)
			}
		})
	}
}

// TestABugOfARealServerIsAFailure plays the same against servers with one bug: a case
// fails, and it is tagged with a requirement that the bug breaks.
func TestABugOfARealServerIsAFailure(t *testing.T) {
	opaque := func(c *mockas.Config) { c.TokenFormat = mockas.FormatOpaque }
	for _, row := range []struct {
		mutant  string
		changes []func(*mockas.Config)
		breaks  []string
	}{
		{"AS-003", nil, []string{"RFC9449-5-15"}},
		{"AS-003", []func(*mockas.Config){opaque}, []string{"RFC9449-5-15"}},
		{"AS-008/some-grants", nil, []string{"RFC9449-5-02"}},
		{"AS-016/no-cnf", nil, []string{"RFC9449-6.1-01"}},
		{"PV-132@par/as-instances", []func(*mockas.Config){nonces}, []string{"RFC9449-8-17"}},
		{"PV-165@token/field", nil, []string{"RFC9449-4.3-44"}},
		{"PV-165@par/form", nil, []string{"RFC9449-4.3-44"}},
		{"AS-042/assertion", nil, []string{"RFC8725-3.12-01"}},
	} {
		t.Run(row.mutant, func(t *testing.T) {
			t.Parallel()
			changes := append(row.changes, mutant(t, row.mutant))
			for _, c := range playedAS(t, realAS(t, realClients(true), changes...), row.breaks...) {
				found := slices.ContainsFunc(c.Requirements, func(r reports.Requirement) bool {
					return slices.Contains(row.breaks, r.ID)
				})
				if c.Verdict == reports.Failed && found {
					return
				}
			}
			t.Errorf("no case of %v failed", row.breaks)
		})
	}
}

// TestAnEndpointThatAlwaysBreaksDownIsAFailure: whatever the cases are about that come
// upon it, the server has a fault.
func TestAnEndpointThatAlwaysBreaksDownIsAFailure(t *testing.T) {
	breaks := func(c *mockas.Config) {
		c.Policy.Around = func(path string, next http.HandlerFunc) http.HandlerFunc {
			if path == mockas.PathUserinfo {
				return func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
			}
			return next
		}
	}
	cases := playedAS(t, realAS(t, realClients(true), breaks), "api-binding/*", "proof-method/*")
	if !slices.ContainsFunc(cases, func(c reports.Case) bool { return c.Verdict == reports.Failed }) {
		t.Error("no case failed")
	}
}

// playedAS runs the built-in cases about the authorization server of a target: all, or
// those of some requirements or ids.
func playedAS(t *testing.T, configured *target.Target, ids ...string) []reports.Case {
	t.Helper()
	sources, err := BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	plan, err := NewPlan(sources, configured, Selection{
		Subjects: []target.Role{target.AuthorizationServer}, Aggressive: true, IDs: ids,
	})
	if err != nil {
		t.Fatal(err)
	}
	run, err := Run(t.Context(), plan, configured, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return run.Cases
}
