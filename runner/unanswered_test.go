package runner

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/hostile"
	"github.com/dpopspec/dpopspec/internal/longtable"
	"github.com/dpopspec/dpopspec/reports"
)

// An endpoint that hangs up on whoever calls it cost tens of thousands of requests, and
// each of its cases ended in an error of its own.
func TestAnEndpointThatGivesNoWholeAnswerIsGivenUpOnce(t *testing.T) {
	for _, name := range []string{"hangs up", "reset", "HTTP/0.9", "hangs up in the body", "status of six digits"} {
		m, found := hostile.Named(name)
		if !found {
			t.Fatal(name)
		}
		for _, siege := range sieges[1:] {
			t.Run(name+"/"+siege.name, func(t *testing.T) {
				longtable.UnderRace(t)
				besiege := besiegedAS
				if siege.endpoint == "api" {
					besiege = besiegedAPI
				}
				_, configured := besiege(t, m, after(20*siege.sound, siege.path))
				run := played(t, configured, "RFC9449-4.3-42", "RFC9449-4.3-43", "RFC9449-4.3-33")
				if len(run.SetUp) != 1 || !strings.Contains(run.SetUp[0].What, "no whole answer") {
					t.Fatalf("%+v", run.SetUp)
				}
				if n := run.Summary().Errored; n >= mostErrored || run.ExitCode() == reports.ExitConformant {
					t.Errorf("%d errored, exit code %d", n, run.ExitCode())
				}
				if got := verdictsAt(run, siege.endpoint); !strings.Contains(got, "blocked") {
					t.Errorf("at the %s: %s", siege.endpoint, got)
				}
				if run.Requests > 300 {
					t.Errorf("%d requests", run.Requests)
				}
			})
		}
	}
}

// What breaks at proofs of one kind is tested with those of another: the finding is that
// it breaks.
func TestAnAPIThatBreaksAtOneAlgorithmIsTestedToTheEnd(t *testing.T) {
	var broken atomic.Int32
	configured := honestAPIBehind(t, func(api http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if p, _ := dpop.NewVerifier(time.Now).Verify(dpop.Request{Fields: r.Header["Dpop"]}); p.Algorithm.Name == "EdDSA" {
				broken.Add(1)
				panic(http.ErrAbortHandler)
			}
			api.ServeHTTP(w, r)
		})
	}, "ES256", "EdDSA")
	cases := of(t, configured, "proof-signature/an-ed25519-signature*", "proof-method/*")
	if broken.Load() == 0 {
		t.Fatal("nothing was broken")
	}
	for id, c := range cases {
		if c.Blocked != "" {
			t.Errorf("%s is blocked: %s", id, c.Reason)
		}
	}
	expect(t, cases, "proof-method/a-proof-for-another-method-is-refused/another-method@api", reports.Passed, "")
}
