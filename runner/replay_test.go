package runner

import (
	"net/http"
	"slices"
	"sync"
	"testing"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/reports"
)

// forgetful is an API that looks at jti alone and remembers so many.
type forgetful struct {
	size int
	mu   sync.Mutex
	seen []string
}

// ServeHTTP implements http.Handler.
func (f *forgetful) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	jti, err := claims(r.Header.Get("DPoP")).Text("jti")
	if err != nil || slices.Contains(f.seen, jti) {
		refuse(w, `DPoP error="invalid_dpop_proof", algs="ES256"`)
		return
	}
	f.seen = append(f.seen, jti)
	f.seen = f.seen[max(0, len(f.seen)-f.size):]
}

func TestARealMemoryOfAThousandProofsIsTooSmall(t *testing.T) {
	const id = "proof-replay/many-other-proofs-do-not-push-a-used-one-out-of-the-memory@api"
	sources, err := ReadFS(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	for size, verdict := range map[int]reports.Verdict{1000: reports.Warned, 2000: reports.Passed} {
		configured := realAPI(&forgetful{size: size})
		plan, err := NewPlan(sources, configured, Selection{IDs: []string{id}, Aggressive: true})
		if err != nil {
			t.Fatal(err)
		}
		expect(t, outcomes(t, plan, configured), id, verdict, "")
	}
}
