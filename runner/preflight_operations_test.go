package runner

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
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
		"      {\"item\": \"a\", \"count\": 1}\n      \"\"\"\n" +
		"    And the JSON at \"id\" is saved as {id}\n    Then \"GET %s\" is protected by DPoP\n"
	for name, row := range map[string]struct {
		wrong string // the scenario
		line  int
		blame string
	}{
		"a path":            {"  Scenario: Wrong\n    Then \"GET /ordrs\" is protected by DPoP\n", 3, "GET /ordrs of the API orders"},
		"a method":          {"  Scenario: Wrong\n    Then \"DELETE /orders\" is protected by DPoP\n", 3, "DELETE /orders of the API orders"},
		"after other steps": {fmt.Sprintf(made, "/orders/{id}/items"), 8, "GET /orders/{id}/items of the API orders"},
		"one of several": {
			"  Scenario: Wrong\n    Then these endpoints are protected by DPoP\n      | GET /ordrs |\n", 3, "GET /ordrs of the API orders",
		},
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
	var asked atomic.Int32
	configured := ordersTarget(func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/orders/lost" {
				if asked.Add(1) > 3 {
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

// ranAt are the cases of a feature at an API that answers so, and the run.
func ranAt(t *testing.T, text string, around func(http.Handler) http.Handler) (map[string]reports.Case, reports.Run) {
	t.Helper()
	configured := ordersTarget(around)
	run, err := Run(t.Context(), someProbes(planOf(t, text, configured, "shop/*")), configured, Options{})
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string]reports.Case{}
	for _, c := range run.Cases {
		cases[c.ID] = c
	}
	return cases, run
}

// What was seen of an operation says nothing of another one of its method and path.
func TestOperationsThatDifferInTheirBodiesAreApart(t *testing.T) {
	text := func(first, second string) string {
		return "Feature: Shop\n  Scenario: Graph\n    Then these endpoints are protected by DPoP\n" +
			"      | POST /orders | {\"item\": \"" + first + "\", \"count\": 1} |\n" +
			"      | POST /orders | {\"item\": \"" + second + "\", \"count\": 1} |\n"
	}
	careless := func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(body))
			if strings.Contains(string(body), "lax") { // it verifies nothing
				return
			}
			h.ServeHTTP(w, r)
		})
	}
	failed := map[bool]int{}
	for _, laxFirst := range []bool{false, true} {
		names := []string{"strict", "lax"}
		if laxFirst {
			names = []string{"lax", "strict"}
		}
		cases, _ := ranAt(t, text(names[0], names[1]), careless)
		for id, c := range cases {
			lax := strings.Contains(id, "/post-orders/") == laxFirst
			if c.Verdict == reports.Failed && lax {
				failed[laxFirst]++
			} else if c.Verdict == reports.Failed {
				t.Errorf("%s fails at the strict one", id)
			}
		}
	}
	if failed[true] == 0 || failed[true] != failed[false] {
		t.Errorf("%v fail, by whether the lax one stands first", failed)
	}
}

// A request that its own control uses up refuses no proof.
func TestStepsBeforeAnOperationEarnNoPass(t *testing.T) {
	for name, around := range map[string]func(http.Handler) http.Handler{
		"good for one request": func(http.Handler) http.Handler {
			var seen sync.Map
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if _, again := seen.LoadOrStore(r.URL.Path, true); again || len(r.Header["Dpop"]) == 0 {
					w.WriteHeader(http.StatusConflict)
				}
			})
		},
	} {
		cases, run := ranAt(t, "Feature: Shop\n  Scenario: Names\n    Given {name} is a new unique text\n"+
			"    Then \"PUT /names/{name}\" is protected by DPoP\n", around)
		for id, c := range cases {
			if strings.Contains(id, "/proof-method/") && c.Verdict != reports.Inconclusive && c.Verdict != reports.Skipped {
				t.Errorf("%s: %s %s %s", name, id, c.Verdict, c.Reason)
			}
		}
		if run.ExitCode() == reports.ExitConformant {
			t.Errorf("%s: exit code 0", name)
		}
	}
}

// A step of the author's that does not hold is no requirement that the API breaks.
func TestAStepBeforeAnOperationThatDoesNotHoldIsToldOnce(t *testing.T) {
	const text = "Feature: Shop\n  Scenario: Made\n    When the client calls \"GET /orders\"\n    Then the status is 201\n" +
		"    And \"GET /orders\" is protected by DPoP\n"
	cases, run := ranAt(t, text, served)
	if len(run.SetUp) != 1 || run.SetUp[0].Key != "shop.feature:4" || !strings.Contains(run.SetUp[0].Answer, "got status 200") {
		t.Errorf("%+v", run.SetUp)
	}
	for id, c := range cases {
		if c.Verdict != reports.Skipped || c.Blocked == "" && !strings.Contains(c.Reason, "@aggressive") {
			t.Errorf("%s: %s %s", id, c.Verdict, c.Reason)
		}
	}
	// Where it holds at first, and later no more, the cases say so of themselves.
	var calls atomic.Int32
	cases, _ = ranAt(t, strings.Replace(text, "201", "200", 1), func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if calls.Add(1) > 8 {
				w.WriteHeader(http.StatusTeapot)
				return
			}
			h.ServeHTTP(w, r)
		})
	})
	for id, c := range cases {
		if c.Verdict.Breaks() {
			t.Errorf("%s: %s %s", id, c.Verdict, c.Reason)
		}
	}
}

// What the API's own probe is answered blocks no operation at which a token is good.
func TestAnOperationIsJudgedWhateverTheProbeOfItsAPIIsAnswered(t *testing.T) {
	cases, _ := ranAt(t, "Feature: Shop\n  Scenario: Open\n    Then \"GET /open\" is protected by DPoP\n", func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/open" { // which verifies nothing
				w.Header().Set("WWW-Authenticate", `DPoP error="insufficient_scope"`)
				w.WriteHeader(http.StatusForbidden)
			}
		})
	})
	failed := 0
	for id, c := range cases {
		if c.Blocked != "" {
			t.Errorf("%s: %s", id, c.Reason)
		}
		if c.Verdict == reports.Failed {
			failed++
		}
	}
	if failed == 0 {
		t.Error("nothing fails at an operation that verifies nothing")
	}
}
