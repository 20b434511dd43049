package runner

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/fixtures/examples/orders"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/target"
)

// ordersTarget is the orders API behind a handler that may change it.
func ordersTarget(around func(http.Handler) http.Handler) *target.Target {
	const audience = "https://orders.example"
	configured := target.Default()
	configured.Limits.Level = "quick"
	configured.APIs = []target.RealAPI{{
		Name: "orders", Method: "GET", Path: "/orders", Audience: audience,
		Serve: func(issuer string) (string, func(), error) {
			api := orders.New(issuer, audience)
			server := httptest.NewServer(around(api))
			api.Origin = server.URL
			return server.URL, server.Close, nil
		},
	}}
	return configured
}

// someProbes leaves of a plan those of two features, and whatever is about connections.
func someProbes(p *Plan) *Plan {
	p.Cases = slices.DeleteFunc(p.Cases, func(c *Case) bool {
		return !strings.Contains(c.ID, "/proof-method/") && !strings.Contains(c.ID, "/api-binding/") &&
			!strings.Contains(c.ID, "connection")
	})
	return p
}

// served has a handler as it is.
func served(h http.Handler) http.Handler { return h }

// An operation that no honest request gets anything of is told once, before its cases, by
// its place in the feature file. The others are judged as they are alone.
func TestAnOperationThatIsNotServedIsToldOnceAndSparesTheOthers(t *testing.T) {
	const good = "  Scenario: Good\n    Then \"GET /orders\" is protected by DPoP\n"
	const made = "  Scenario: Made\n    When the client calls \"POST /orders\" with the JSON\n      \"\"\"\n" +
		"      {\"item\": \"a\", \"count\": 1}\n      \"\"\"\n    And the JSON at \"id\" is saved as {id}\n    Then \"GET %s\" is protected by DPoP\n"
	for name, row := range map[string]struct {
		wrong string // the scenario
		line  int
		blame string
	}{
		"a path":              {"  Scenario: Wrong\n    Then \"GET /ordrs\" is protected by DPoP\n", 3, "GET /ordrs of the API orders"},
		"a method":            {"  Scenario: Wrong\n    Then \"DELETE /orders\" is protected by DPoP\n", 3, "DELETE /orders of the API orders"},
		"after other steps":   {fmt.Sprintf(made, "/orders/{id}/items"), 8, "GET /orders/{id}/items of the API orders"},
		"one of several":      {"  Scenario: Wrong\n    Then these endpoints are protected by DPoP\n      | GET /ordrs |\n", 3, "GET /ordrs of the API orders"},
		"right, after others": {fmt.Sprintf(made, "/orders/{id}"), 0, ""},
	} {
		configured := ordersTarget(served)
		plan := someProbes(planOf(t, "Feature: Shop\n"+row.wrong+good, configured, "shop/*"))
		run, err := Run(t.Context(), plan, configured, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if row.blame == "" && len(run.SetUp) > 0 || row.blame != "" && (len(run.SetUp) != 1 ||
			!strings.HasPrefix(run.SetUp[0].What, row.blame) || run.SetUp[0].Key != fmt.Sprintf("shop.feature:%d", row.line)) {
			t.Errorf("%s: set-up %+v", name, run.SetUp)
		}
		passed := 0
		for _, c := range run.Cases {
			if strings.HasPrefix(c.ID, "shop/good/") || row.blame == "" {
				if c.Verdict != reports.Passed && c.Verdict != reports.Skipped || c.Blocked != "" {
					t.Errorf("%s: %s: %s %s", name, c.ID, c.Verdict, c.Reason)
				}
				if c.Verdict == reports.Passed {
					passed++
				}
			} else if c.Verdict != reports.Skipped {
				t.Errorf("%s: %s: %s %s", name, c.ID, c.Verdict, c.Reason)
			}
		}
		if passed < 5 {
			t.Errorf("%s: %d passed", name, passed)
		}
	}
}

// An operation that ends to grant anything, in the midst of a run, takes no other with it.
func TestAnOperationThatIsLostTakesNoOtherWithIt(t *testing.T) {
	asked := 0
	configured := ordersTarget(func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/orders/lost" {
				if asked++; asked > 3 {
					w.WriteHeader(http.StatusGone)
					return
				}
				r.URL.Path = "/orders"
			}
			h.ServeHTTP(w, r)
		})
	})
	plan := someProbes(planOf(t, "Feature: Shop\n  Scenario: Lost\n    Then \"GET /orders/lost\" is protected by DPoP\n"+
		"  Scenario: Good\n    Then \"GET /orders\" is protected by DPoP\n", configured, "shop/*"))
	passed := 0
	for id, c := range outcomes(t, plan, configured) {
		if strings.HasPrefix(id, "shop/good/") {
			if c.Verdict == reports.Passed {
				passed++
			} else if c.Verdict != reports.Skipped {
				t.Errorf("%s: %s %s", id, c.Verdict, c.Reason)
			}
		}
	}
	if passed < 5 {
		t.Errorf("%d passed", passed)
	}
}
