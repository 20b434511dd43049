package runner

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/clock"
	"github.com/dpopspec/dpopspec/internal/longtable"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/mutants"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// foreign is an API whose issuer a run knows nothing of, and what its owner has: tokens
// and the keys that they are bound to.
type foreign struct {
	as     *target.EmbeddedAS
	url    string
	opaque bool
	env    map[string]string
}

// foreignAPI starts an API with its issuer, changed as a mutant says.
func foreignAPI(t *testing.T, parts target.Parts, changes ...func(*mockrs.Config)) *foreign {
	t.Helper()
	ours := target.Default()
	ours.Parts = parts
	session, err := target.Open(t.Context(), ours)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(session.Close)
	now := clock.Running()
	as, err := session.StartAuthorizationServer(now, wire.Options{Name: "as"}, world.StandardAS)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { as.HTTP.Close() })
	api, err := session.StartAPI(now, wire.Options{Name: "orders"},
		append([]func(*mockrs.Config){world.StandardAPI("orders", as)}, changes...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { api.HTTP.Close() })
	return &foreign{as: as, url: api.Origin, env: map[string]string{}}
}

// token puts a token that is bound to a new key, and that key, into the environment.
func (f *foreign) token(t *testing.T, name string, lives time.Duration) {
	t.Helper()
	key, err := dpop.GenerateKey("ES256")
	if err != nil {
		t.Fatal(err)
	}
	text, _, err := key.PEM()
	if err != nil {
		t.Fatal(err)
	}
	f.env[name+"_KEY"], f.env[name] = text, f.mint(t, key.Thumbprint, lives)
}

func (f *foreign) mint(t *testing.T, bound string, lives time.Duration) string {
	t.Helper()
	text, err := f.as.Mint(mockas.Mint{
		Bound: bound, Audience: []string{world.AudienceOf("orders")}, Opaque: f.opaque, Lifetime: lives,
	})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// configured reads the configuration of an API with more keys.
func (f *foreign) configured(t *testing.T, more string) *target.Target {
	t.Helper()
	file := filepath.Join(t.TempDir(), "dpopspec.yaml")
	text := fmt.Sprintf("apis:\n  orders:\n    url: %s\n    probe: GET /orders\n    audience: %s\n%s",
		f.url, world.AudienceOf("orders"), more)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	configured, err := target.Load(file, func(name string) (string, bool) { v, set := f.env[name]; return v, set })
	if err != nil {
		t.Fatal(err)
	}
	return configured
}

const (
	oneToken  = "    token: ${TOKEN}\n    key: {value: \"${TOKEN_KEY}\"}\n"
	twoTokens = oneToken + "    other_tokens: [{token: \"${OTHER}\", key: {value: \"${OTHER_KEY}\"}}]\n"
	allTokens = twoTokens + "    unbound_token: ${UNBOUND}\n"
)

// An API is tested by the tokens that its owner has, whoever issued them, and an honest
// one is not called wrong.
func TestAnAPIIsTestedByTokensOfItsOwner(t *testing.T) {
	for _, row := range []struct {
		name, text string
		opaque     bool
		passed     int
		changes    []func(*mockrs.Config)
	}{
		{"one", oneToken, false, 200, nil},
		{"all", allTokens, false, 205, nil},
		{"opaque ones", allTokens, true, 200, nil},
		{"where unbound ones are taken too", allTokens, false, 200,
			[]func(*mockrs.Config){func(c *mockrs.Config) { c.Mode = mockrs.Allowed }}},
		{"with nonces", oneToken, false, 200, []func(*mockrs.Config){func(c *mockrs.Config) {
			c.Verifier.Nonces = dpop.NewNonceWindow(5*time.Minute, c.Clock)
		}}},
	} {
		t.Run(row.name, func(t *testing.T) {
			longtable.UnderRace(t)
			t.Parallel()
			f := foreignAPI(t, target.Parts{}, row.changes...)
			f.opaque = row.opaque
			f.token(t, "TOKEN", time.Hour)
			f.token(t, "OTHER", time.Hour)
			f.env["UNBOUND"] = f.mint(t, "", time.Hour)
			configured := f.configured(t, row.text)
			if got := configured.Subjects(); !slices.Equal(got, []target.Role{target.ResourceServer}) {
				t.Errorf("under test are %v", got)
			}
			run := playedWhole(t, configured)
			for _, c := range run.Cases {
				if c.Verdict.Breaks() || c.Verdict == reports.Errored || c.Verdict == reports.Inconclusive {
					t.Errorf("%s: %s, %s", c.ID, c.Verdict, c.Reason)
				}
			}
			if n := at(run, features.API)[reports.Passed]; n < row.passed || len(run.SetUp) > 0 {
				t.Errorf("%d cases passed, want %d at least; set-up %+v", n, row.passed, run.SetUp)
			}
		})
	}
}

// A bug shows by the token of the owner, and some by further ones alone.
func TestBugsShowByTokensOfTheOwner(t *testing.T) {
	for _, row := range []struct {
		mutant, text string
		shows        bool
	}{
		{"PV-017@api/uncompared", oneToken, true},
		{"RS-003@api/exact-bearer", allTokens, true},
		{"RS-003@api/exact-bearer", oneToken, false}, // whether unbound tokens are taken cannot be seen
	} {
		t.Run(row.mutant, func(t *testing.T) {
			found, err := mutants.Select("", row.mutant)
			if err != nil {
				t.Fatal(err)
			}
			f := foreignAPI(t, found[0].Parts, func(c *mockrs.Config) { c.Mode = mockrs.Allowed })
			f.token(t, "TOKEN", time.Hour)
			f.token(t, "OTHER", time.Hour)
			f.env["UNBOUND"] = f.mint(t, "", time.Hour)
			run := playedWhole(t, f.configured(t, row.text), found[0].Breaks...)
			failed := slices.ContainsFunc(run.Cases, func(c reports.Case) bool { return c.Verdict == reports.Failed })
			if failed != row.shows {
				t.Errorf("found: %v, want %v", failed, row.shows)
			}
		})
	}
}

// A token that has run out is told of once, and nothing is said of the API.
func TestATokenThatHasRunOutIsAProblemOfTheSetUp(t *testing.T) {
	f := foreignAPI(t, target.Parts{})
	f.token(t, "TOKEN", -time.Minute)
	run := playedWhole(t, f.configured(t, oneToken))
	if n := at(run, features.API)[reports.Passed]; n > 0 || len(run.SetUp) != 1 ||
		!strings.Contains(run.SetUp[0].What, "has run out") || run.SetUp[0].Key != "apis.orders.token" {
		t.Errorf("%d cases passed; set-up %+v", n, run.SetUp)
	}
}

// An opaque token does not say when it ends: that shows when it is refused.
func TestATokenThatEndsInTheMiddleIsAProblemOfTheSetUp(t *testing.T) {
	var asked atomic.Int64
	f := foreignAPI(t, target.Parts{}, func(c *mockrs.Config) {
		introspect := c.Introspect
		c.Introspect = func(ctx context.Context, token string) (dpop.Object, error) {
			if asked.Add(1) > 60 {
				var ended dpop.Object
				ended.Add("active", false)
				return ended, nil
			}
			return introspect(ctx, token)
		}
	})
	f.opaque = true
	f.token(t, "TOKEN", time.Hour)
	run := playedWhole(t, f.configured(t, oneToken))
	for _, c := range run.Cases {
		if c.Verdict.Breaks() {
			t.Errorf("%s: %s, %s", c.ID, c.Verdict, c.Reason)
		}
	}
	if len(run.SetUp) != 1 || !strings.Contains(run.SetUp[0].What, "is good no more") {
		t.Errorf("set-up %+v", run.SetUp)
	}
}

// Features of the owner call the API with its tokens too.
func TestAnOwnersFeaturesCallTheAPIWithItsTokens(t *testing.T) {
	f := foreignAPI(t, target.Parts{})
	f.token(t, "TOKEN", time.Hour)
	f.env["UNBOUND"] = f.mint(t, "", time.Hour)
	configured := f.configured(t, oneToken+"    unbound_token: ${UNBOUND}\n")
	sources, err := ReadFS(fstest.MapFS{"orders.feature": {Data: []byte(`Feature: Orders
  Scenario: Orders are listed
    When the client calls "GET /orders"
    Then the call is accepted

  Scenario: Nobody comes in by another person's name
    When the client calls "GET /orders" as "alice"
    Then the call is accepted
`)}})
	if err != nil {
		t.Fatal(err)
	}
	plan, err := NewPlan(sources, configured, Selection{})
	if err != nil {
		t.Fatal(err)
	}
	run, err := Run(t.Context(), plan, configured, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var verdicts []string
	for _, c := range run.Cases {
		verdicts = append(verdicts, string(c.Verdict)+" "+c.Key)
	}
	if want := []string{"passed ", "skipped apis.orders.other_tokens"}; !slices.Equal(verdicts, want) {
		t.Errorf("%q, want %q: %+v", verdicts, want, run.SetUp)
	}
}
