package world_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/runner"
	"github.com/dpopspec/dpopspec/steps"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/steps/world/worldtest"
	"github.com/dpopspec/dpopspec/target"
)

func TestTheCatalogueAndTheStepsKnowTheSameEndpoints(t *testing.T) {
	if names := world.EndpointNames(); !slices.Equal(names, features.Endpoints) {
		t.Errorf("the steps know %v, the catalogue %v", names, features.Endpoints)
	}
}

// unused are endpoints of which nobody has said how they are used.
var unused = map[string]world.Endpoint{
	"a name alone":         {Name: "introspection"},
	"a name with a party":  {Name: "introspection", Title: "introspection endpoint", Role: target.AuthorizationServer},
	"one that is like any": {Name: "introspection", Role: target.ResourceServer, Resource: true},
}

const nobodySaid = `nobody has said how the endpoint "introspection" is used`

func TestAnEndpointWithoutUsageIsNotPlanned(t *testing.T) {
	const feature = "@at:introspection\nFeature: Introspection\n  Scenario: A proof is needed\n" +
		"    Given an honest proof is accepted\n    When the request carries no proof\n    Then it is refused\n"
	for name, p := range unused {
		t.Run(name, func(t *testing.T) {
			world.AddEndpoint(t, p)
			sources := []runner.Source{{Path: "introspection.feature", Text: []byte(feature)}}
			_, err := runner.NewPlan(sources, target.Default(), runner.Selection{})
			if err == nil || !strings.Contains(err.Error(), nobodySaid) {
				t.Errorf("planned with %v", err)
			}
		})
	}
}

// TestNoBuiltInScenarioPassesAtAnEndpointWithoutUsage plays whatever is run at an
// API at an endpoint that nobody wrote a probe for.
func TestNoBuiltInScenarioPassesAtAnEndpointWithoutUsage(t *testing.T) {
	sources, err := runner.ReadFS(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := runner.NewPlan(sources, target.Default(), runner.Selection{Tags: "@at:api"})
	if err != nil {
		t.Fatal(err)
	}
	session, err := target.Open(t.Context(), target.Default())
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	played := map[string]bool{}
	for _, c := range plan.Cases {
		if c.Endpoint != features.API || played[c.Scenario] {
			continue
		}
		played[c.Scenario] = true
		var scenario strings.Builder
		for _, step := range c.Steps() {
			scenario.WriteString("    " + step.Keyword + " " + step.Text + "\n")
		}
		w := worldtest.In(t, session, "")
		w.Endpoint = unused["one that is like any"]
		err := worldtest.Play(t, steps.Standard(), w, scenario.String())
		w.Close()
		if err == nil || world.IsOutcome(err) {
			t.Errorf("%s: %v", c.Scenario, err)
		}
	}
	if len(played) < 100 {
		t.Errorf("only %d scenarios were played", len(played))
	}
}

func TestEachUseOfAnEndpointWithoutUsageIsAnError(t *testing.T) {
	exchange := &wire.Exchange{Status: 200}
	for name, p := range unused {
		w := worldtest.Open(t, target.Default(), "")
		w.Endpoint = p
		for use, failed := range map[string]error{
			"At":           second(w.At()),
			"Probe":        second(p.Probe(w, "")),
			"Sibling":      second(p.Sibling(w, &world.Probe{})),
			"Token":        second(p.Token(w, "")),
			"Disregarded":  second(p.Disregarded(w, exchange)),
			"Address":      second(p.Address(target.Metadata{})),
			"Path":         second(p.Path()),
			"AddressOf":    second(w.AddressOf(p)),
			"OwnAddress":   second(w.OwnAddress(p, &world.Probe{})),
			"Prepare":      second(w.Prepare("")),
			"PrepareAt":    second(w.PrepareAt(p, "")),
			"SendAsk":      second(w.SendAsk(world.Ask{Endpoint: p})),
			"Try":          w.Try(world.Ask{Endpoint: p}),
			"Demand":       w.Demand(world.Ask{Endpoint: p}),
			"FindEndpoint": find(t, p),
		} {
			if failed == nil || !strings.Contains(failed.Error(), nobodySaid) {
				t.Errorf("%s: %s: %v", name, use, failed)
			}
		}
		_, _, holder := p.Holder(w)
		_, _, another := w.PrepareAnother("")
		_, _, judged := w.Judge("accepted")
		for use, failed := range map[string]error{"Holder": holder, "PrepareAnother": another, "Judge": judged} {
			if failed == nil || !strings.Contains(failed.Error(), nobodySaid) {
				t.Errorf("%s: %s: %v", name, use, failed)
			}
		}
		if len(w.Shown) > 0 {
			t.Errorf("%s: %d requests were sent", name, len(w.Shown))
		}
	}
}

func second[T any](_ T, err error) error { return err }

func find(t *testing.T, p world.Endpoint) error {
	found := make(chan error, 1)
	t.Run("in the list", func(t *testing.T) {
		world.AddEndpoint(t, p)
		_, err := world.FindEndpoint(p.Name)
		found <- err
	})
	return <-found
}

func TestAnUnknownEndpointIsAnError(t *testing.T) {
	if _, err := world.FindEndpoint("nowhere"); err == nil || !strings.Contains(err.Error(), "[token par userinfo api]") {
		t.Errorf("got %v", err)
	}
	if p, err := world.FindEndpoint(""); err != nil || p.Name != "" {
		t.Errorf("none is %v, %v", p, err)
	}
}
