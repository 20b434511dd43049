package runner

import (
	"net/http"
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
