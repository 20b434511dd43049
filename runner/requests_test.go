package runner

import (
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/target"
)

// TestARunSaysHowManyRequestsItHasCost counts what arrives at an API.
func TestARunSaysHowManyRequestsItHasCost(t *testing.T) {
	var arrived atomic.Int32
	api := lenient{"ES256", sound}
	configured := realAPI(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		arrived.Add(1)
		api.ServeHTTP(w, r)
	}))
	sources, err := BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	plan, err := NewPlan(sources, configured, Selection{IDs: []string{"proof-method/*"}})
	if err != nil {
		t.Fatal(err)
	}
	run, err := Run(t.Context(), plan, configured, Options{})
	if err != nil {
		t.Fatal(err)
	}
	ofCases := 0
	for _, c := range run.Cases {
		ofCases += c.Requests
	}
	if ofCases == 0 || run.Requests < ofCases || run.Requests != int(arrived.Load()) {
		t.Errorf("%d requests of cases, %d of the run, %d arrived", ofCases, run.Requests, arrived.Load())
	}
}

// TestTheAlgorithmsOfAnAPIAreAskedForOnce: each forged proof is made for what its API
// advertises, and one that challenges for Bearer alone says so to a bad proof alone.
func TestTheAlgorithmsOfAnAPIAreAskedForOnce(t *testing.T) {
	configured := realAPI(lenient{"ES256", sound})
	sources, err := BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	plan, err := NewPlan(sources, configured, Selection{IDs: []string{"proof-method/*"}})
	if err != nil {
		t.Fatal(err)
	}
	run, err := Run(t.Context(), plan, configured, Options{Trace: true})
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	for _, c := range run.Cases {
		for _, e := range c.Exchanges {
			if e.Title == "a bad proof, for the algorithms in its challenge" {
				asked++
			}
		}
	}
	if asked != 1 {
		t.Errorf("asked %d times", asked)
	}
}

// TestAnEmbeddedRunCostsNobodyAnything: a proxy of ours before a server of ours is
// no real party.
func TestAnEmbeddedRunCostsNobodyAnything(t *testing.T) {
	sources, err := BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	plan, err := NewPlan(sources, target.Default(), Selection{IDs: []string{"api-effects/behind-a-proxy*"}})
	if err != nil {
		t.Fatal(err)
	}
	run, err := Run(t.Context(), plan, target.Default(), Options{})
	if err != nil || run.Requests != 0 || run.Level != features.Full || len(run.Cases) < 3 {
		t.Errorf("%d requests, %d cases, level %s, %v", run.Requests, len(run.Cases), run.Level, err)
	}
}
