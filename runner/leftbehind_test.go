package runner

import (
	"net/http"
	"slices"
	"sync"
	"testing"

	"github.com/dpopspec/dpopspec/reports"
)

// hasty is a lenient API that notes a jti before it looks at the rest of the proof.
func hasty() http.Handler {
	var mu sync.Mutex
	used := map[string]bool{}
	api := lenient{"ES256", sound}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, _ := claims(r.Header.Get("DPoP")).Text("jti")
		mu.Lock()
		again := id != "" && used[id]
		used[id] = true
		mu.Unlock()
		if again {
			refuse(w, `DPoP error="invalid_dpop_proof"`)
			return
		}
		api.ServeHTTP(w, r)
	})
}

// TestARefusedProofIsSentWhereItCountsWhatItLeavesBehind: that another case was
// refused for the same defect says nothing of a jti that is to be used again.
func TestARefusedProofIsSentWhereItCountsWhatItLeavesBehind(t *testing.T) {
	const (
		same = "proof-claims/a-refused-proof-leaves-nothing-behind/htm-another-method@api"
		up   = "proof-replay/a-proof-refused-after-its-signature-was-verified-does-not-use-its-jti-up/"
		id   = up + "htm-another-method@api"
	)
	cases := against(t, hasty(), same, id)
	expect(t, cases, same, reports.Passed, "")
	expect(t, cases, id, reports.Noted, "refused")
}

// TestWhatARefusedProofLeavesBehindIsLookedAtRightAfterIt: though another case's answer
// tells that it is refused, the honest request must come after a proof of its own.
func TestWhatARefusedProofLeavesBehindIsLookedAtRightAfterIt(t *testing.T) {
	const (
		first = "proof-algorithm/an-unsecured-proof-is-refused/lower-none@api"
		then  = "proof-claims/a-refused-proof-leaves-nothing-behind/alg-none@api"
	)
	sources, err := BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	configured := realAPI(lenient{"ES256", sound})
	plan, err := NewPlan(sources, configured, Selection{IDs: []string{first, then}})
	if err != nil {
		t.Fatal(err)
	}
	run, err := Run(t.Context(), plan, configured, Options{Parallel: 1, Trace: true})
	if err != nil {
		t.Fatal(err)
	}
	// Which of the two is run first, and sends for both, the ranking decides.
	for _, c := range run.Cases {
		if c.ID != then {
			continue
		}
		honest := slices.IndexFunc(c.Exchanges, func(e reports.Exchange) bool { return e.Title == "an honest proof" })
		if honest < 1 || c.Exchanges[honest-1].Title != "a proof whose alg is none" {
			t.Errorf("%s: %+v", c.Verdict, titles(c.Exchanges))
		}
	}
}

func titles(list []reports.Exchange) (names []string) {
	for _, e := range list {
		names = append(names, e.Title)
	}
	return names
}
