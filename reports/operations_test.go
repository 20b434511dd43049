package reports

import (
	"slices"
	"testing"
)

// What was tested at one operation of an API was not at another, and what is wrong at both
// for one reason has one cause, by the probe that shows it.
func TestOperationsHaveGapsOfTheirOwnAndCausesInCommon(t *testing.T) {
	must := []Requirement{{ID: "RFC9449-7.1-02", Verdict: "fail"}}
	probe := func(operation, probe string, v Verdict) Case {
		return Case{
			ID: operation + "/" + probe + "@api", Operation: operation, Endpoint: "api", Subject: "API", Feature: "shop.feature",
			FeatureName: "Shop", Scenario: probe, Requirements: must, Verdict: v, Reason: "why",
		}
	}
	run := Run{Cases: []Case{probe("shop/a/get-a", "proof-form/x", Passed), probe("shop/a/get-b", "proof-form/x", Inconclusive)}}
	if gaps := run.Gaps(); len(gaps) != 1 || gaps[0].Endpoint != "api shop/a/get-b" || run.Conformance() != Partial {
		t.Errorf("%+v: %s", gaps, run.Conformance())
	}
	run = Run{Cases: []Case{
		probe("shop/a/get-a", "proof-form/x", Failed), probe("shop/a/get-b", "proof-form/y", Failed),
		probe("shop/a/get-b", "api-downgrade/z", Failed),
	}}
	causes := run.Causes()
	if len(causes) != 2 || causes[0].Title != "Probes: proof form" ||
		!slices.Equal(causes[0].Endpoints, []string{"api shop/a/get-a", "api shop/a/get-b"}) {
		t.Errorf("%+v", causes)
	}
}
