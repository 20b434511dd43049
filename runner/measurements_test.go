package runner

import (
	"testing"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/target"
)

func TestTheNumbersThatCasesTakeStandInTheRun(t *testing.T) {
	sources, err := ReadFS(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	chosen := Selection{IDs: []string{"measurements/*", "RFC9449-4.3-73"}, Tags: "@at:api"}
	plan, err := NewPlan(sources, target.Default(), chosen)
	if err != nil {
		t.Fatal(err)
	}
	run, err := Run(t.Context(), plan, target.Default(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, m := range run.Measurements {
		if m.Case == "" || (m.Unit != "" && m.Unit != "s") {
			t.Errorf("%+v", m)
		}
		got[m.Name] = m.Value
	}
	for name, want := range map[string]float64{ // of the embedded API
		"oldest proof accepted at api":         -60,
		"farthest proof accepted at api":       30,
		"lifetime of a nonce at api":           299,
		"uses of a nonce, of 5 at api":         5,
		"further uses of a proof, of 3 at api": 0,
		"algorithms accepted at api":           got["algorithms advertised at api"],
	} {
		if value, found := got[name]; !found || value != want {
			t.Errorf("%s: %v (%v); want %v", name, value, found, want)
		}
	}
	for _, c := range run.Cases {
		if len(c.Measurements) > 0 && len(c.Properties) < len(c.Measurements) {
			t.Errorf("%s: its numbers are not among its properties", c.ID)
		}
	}
}
