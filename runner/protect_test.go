package runner

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/steps"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// planOf plans one feature file.
func planOf(t *testing.T, text string, configured *target.Target, ids ...string) *Plan {
	t.Helper()
	sources, err := ReadFS(fstest.MapFS{"shop.feature": {Data: []byte(text)}})
	if err != nil {
		t.Fatal(err)
	}
	plan, err := NewPlan(sources, configured, Selection{IDs: ids})
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// outcomes runs a plan and returns verdict and reason by id.
func outcomes(t *testing.T, plan *Plan, configured *target.Target) map[string]reports.Case {
	t.Helper()
	run, err := Run(t.Context(), plan, configured, Options{})
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string]reports.Case{}
	for _, c := range run.Cases {
		cases[c.ID] = c
	}
	return cases
}

const shopFeature = `Feature: Shop
  Scenario: Orders are protected
    Given {id} is "7"
    Then "GET /orders?page=1" is protected by DPoP
    And "PUT /orders/{id}" of the API "invoices" is protected by DPoP when called with the JSON
      """
      {"id": "{id}"}
      """
  Scenario: Many are protected
    Then these endpoints are protected by DPoP
      | GET /orders  |          |
      | POST /orders | {"a": 1} |
`

func TestAProtectedEndpointBecomesACaseForEachProbe(t *testing.T) {
	configured := target.Default()
	plan := planOf(t, shopFeature, configured, "shop/*")
	ids := map[string]*Case{}
	for _, c := range plan.Cases {
		ids[c.ID] = c
	}
	probes, err := newExpander(plan.Catalogue, plan.Profile, steps.Standard()).probes()
	if err != nil {
		t.Fatal(err)
	}
	if len(probes) < 3 || len(plan.Cases) != 4*len(probes) {
		t.Errorf("%d cases of %d probes at 4 endpoints", len(plan.Cases), len(probes))
	}
	probe := probes[slices.IndexFunc(probes, func(c *Case) bool { return c.Has("RFC9449-4.3-42") })].ID
	for _, endpoint := range []string{
		"orders-are-protected/get-orders", "orders-are-protected/invoices-put-orders-id",
		"many-are-protected/get-orders", "many-are-protected/post-orders",
	} {
		c := ids["shop/"+endpoint+"/"+probe]
		if c == nil || !c.Has("RFC9449-4.3-42") || c.Subject != target.ResourceServer {
			t.Errorf("there is no sound case shop/%s/%s", endpoint, probe)
		}
	}
	id := "shop/orders-are-protected/invoices-put-orders-id/" + probe
	result := outcomes(t, planOf(t, shopFeature, configured, id), configured)[id]
	if result.Verdict != reports.Passed {
		t.Fatalf("%s: %s", result.Verdict, result.Reason)
	}
}

// What a pattern calls its groups is its own business.
func TestAStepOfOnesOwnWithAGroupCalledAPIIsJustAStep(t *testing.T) {
	vocabulary := steps.Standard().With(func(v *vocabulary.Vocabulary) {
		g := vocabulary.For[world.World](v)
		g.Then(`^(?P<operation>[A-Z]+ /\S*) of (?P<api>\w+) is well until (?P<condition>\w+)$`,
			func(w *world.World, operation, api, condition string) error {
				seen := operation + " " + api + " " + condition
				return w.Expect(seen == "GET /orders shop noon", "what the step says", seen)
			}, "Holds.", "Then GET /orders of shop is well until noon")
	})
	const text = "Feature: Shop\n  Scenario: One\n    Then GET /orders of shop is well until noon\n"
	source := Source{Path: "shop.feature", Text: []byte(text)}
	plan, err := NewPlanWith(vocabulary, []Source{source}, target.Default(), Selection{})
	if err != nil {
		t.Fatal(err)
	}
	expect(t, outcomes(t, plan, target.Default()), "shop/one", reports.Passed, "")
	if found, err := Lint([]Source{source}, vocabulary); err != nil || found != nil {
		t.Errorf("%v, %v", found, err)
	}
}

func TestTheBatteryIsChosenByItsTagAndNotByTheNamesOfFiles(t *testing.T) {
	plan := builtIn(t)
	sources, err := ReadFS(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	battery := func() (scenarios []string) {
		t.Helper()
		cases, err := newExpander(plan.Catalogue, plan.Profile, steps.Standard()).batteryOf(sources)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range cases {
			_, name, _ := strings.Cut(c.ID, "/")
			scenarios = append(scenarios, name)
		}
		return scenarios
	}
	before := battery()
	var tagged []string
	for _, c := range plan.Cases {
		if slices.Contains(c.Tags, batteryTag) && c.Endpoint == features.API {
			_, name, _ := strings.Cut(c.ID, "/")
			tagged = append(tagged, name)
		}
	}
	if len(before) < 500 || !slices.Equal(before, tagged) {
		t.Errorf("%d probes, %d cases of an API with the tag", len(before), len(tagged))
	}
	for i := range sources {
		sources[i].Path = fmt.Sprintf("renamed-%d.feature", i)
	}
	if after := battery(); !slices.Equal(after, before) {
		t.Errorf("%d probes; when the files have other names, %d", len(before), len(after))
	}
}

func TestEveryOperationOfAnOpenAPIDocumentIsProtected(t *testing.T) {
	document := filepath.Join(t.TempDir(), "openapi.yaml")
	if err := os.WriteFile(document, []byte(`
openapi: 3.1.0
info: {title: Shop, version: "1"}
paths:
  /orders: {get: {responses: {"200": {description: all}}}}
  /orders/{id}:
    delete:
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {"204": {description: gone}}
`), 0o600); err != nil {
		t.Fatal(err)
	}
	configured := target.Default()
	configured.APIs = []target.RealAPI{{Name: "shop", OpenAPI: document}}
	const text = "Feature: Shop\n  Scenario: All is protected\n" +
		"    Then every operation of the API \"shop\" is protected by DPoP\n"
	plan := planOf(t, text, configured)
	for _, operation := range []string{"get-orders", "delete-orders-id"} {
		prefix := "shop/all-is-protected/shop-" + operation + "/"
		if !strings.HasPrefix(idWith(plan, prefix), prefix) {
			t.Errorf("no case begins with %s", prefix)
		}
	}
}

func idWith(p *Plan, prefix string) string {
	for _, c := range p.Cases {
		if strings.HasPrefix(c.ID, prefix) {
			return c.ID
		}
	}
	return ""
}

func TestAScenarioThatProtectsNothingSoundIsErrored(t *testing.T) {
	tests := []struct{ name, steps, want string }{
		{"a step behind it", "Then \"GET /orders\" is protected by DPoP\n    And the status is 200", "shop.feature:4"},
		{"no such API", `Then every operation of the API "shop" is protected by DPoP`, "is called \"shop\""},
		{"more endpoints than anybody can wait for", "Then these endpoints are protected by DPoP\n" +
			strings.Repeat("      | GET /orders |\n", 5000), "5000 of them here, come to more than 500000 cases"},
		{"not an endpoint", "Then these endpoints are protected by DPoP\n      | orders |", "not a method and a path"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			configured := target.Default()
			plan := planOf(t, "Feature: Shop\n  Scenario: It is protected\n    "+test.steps+"\n", configured)
			result := outcomes(t, plan, configured)["shop/it-is-protected"]
			if result.Verdict != reports.Errored || !strings.Contains(result.Reason, test.want) {
				t.Errorf("%s: %q, want %q in it", result.Verdict, result.Reason, test.want)
			}
		})
	}
}

func TestVariablesOfStepsAreSecretsAndMustBeSet(t *testing.T) {
	t.Setenv("SHOP_TENANT", "very-secret")
	configured := target.Default()
	plan := planOf(t, `Feature: Shop
  Scenario: It is set
    When the client calls "GET /${SHOP_TENANT}"
    Then the status is 200
  Scenario: It is not set
    When the client calls "GET /orders" with the headers
      | X | ${SHOP_UNSET} |
    Then the status is 200
`, configured)
	if len(configured.Secrets) != 1 || configured.Secrets[0] != "very-secret" {
		t.Errorf("secrets %q", configured.Secrets)
	}
	results := outcomes(t, plan, configured)
	if r := results["shop/it-is-set"]; r.Verdict != reports.Passed {
		t.Errorf("%s: %s", r.Verdict, r.Reason)
	}
	const unset = "shop.feature:6:5: the environment variable SHOP_UNSET is not set"
	if r := results["shop/it-is-not-set"]; r.Verdict != reports.Errored || !strings.Contains(r.Reason, unset) {
		t.Errorf("%s: %s", r.Verdict, r.Reason)
	}
}
