package runner

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/steps"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

const waitingFeature = `Feature: Waiting
  @at:token @at:par @at:userinfo
  Scenario: Time passes
    When it is waited until all wait
    Then it is well
  @at:token @at:par
  Scenario: There is work
    When there is work
    Then it is well
`

// anyServer is a real authorization server that nothing but metadata is asked of.
func anyServer(t *testing.T) *target.Target {
	t.Helper()
	var server *httptest.Server
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"issuer": %q, "token_endpoint": "%[1]s/token"}`, server.URL)
	}))
	t.Cleanup(server.Close)
	configured := target.Default()
	configured.AuthorizationServer = &target.RealAuthorizationServer{Issuer: server.URL}
	return configured
}

// TestCasesThatWaitDoSoSideBySideAfterTheRest runs one case at a time, as
// against real parties; those that wait end only when all of them wait.
func TestCasesThatWaitDoSoSideBySideAfterTheRest(t *testing.T) {
	var waiting, worked atomic.Int32
	all := make(chan struct{})
	more := steps.Standard().With(func(v *vocabulary.Vocabulary) {
		g := vocabulary.For[world.World](v)
		g.When(`^there is work$`, func(*world.World) error {
			worked.Add(1)
			return nil
		}, "Works.", "When there is work")
		g.Then(`^it is well$`, func(w *world.World) error {
			return w.Expect(true, "all to be well", "all is well")
		}, "Is well.", "Then it is well")
		g = g.MayWait()
		g.When(`^it is waited until all wait$`, func(w *world.World) error {
			if worked.Load() != 2 {
				return errors.New("there was work left")
			}
			if waiting.Add(1) == 3 {
				close(all)
			}
			select {
			case <-all:
				return nil
			case <-time.After(5 * time.Minute):
				return errors.New("the others do not wait meanwhile")
			}
		}, "Waits.", "When it is waited until all wait")
	})
	configured := anyServer(t)
	configured.Limits.Patience = time.Minute
	sources, err := ReadFS(fstest.MapFS{"waiting.feature": {Data: []byte(waitingFeature)}})
	if err != nil {
		t.Fatal(err)
	}
	plan, err := NewPlanWith(more, sources, configured, Selection{})
	if err != nil {
		t.Fatal(err)
	}
	run, err := Run(t.Context(), plan, configured, Options{Parallel: 1})
	if err != nil {
		t.Fatal(err)
	}
	if len(run.Cases) != 5 || !strings.HasPrefix(run.Cases[0].ID, "waiting/time-passes") {
		t.Errorf("%d cases, not in the order of the plan", len(run.Cases))
	}
	for _, c := range run.Cases {
		if c.Verdict != reports.Passed {
			t.Errorf("%s: %s, %s", c.ID, c.Verdict, c.Reason)
		}
	}
}

func TestWhatIsEmbeddedOrGivenNoTimeDoesNotWait(t *testing.T) {
	const feature = "Feature: Waiting\n  @at:token\n  Scenario: Lifetime\n" +
		"    When the lifetime of a nonce is measured\n    Then it ends within a day\n"
	for name, test := range map[string]struct {
		configured     *target.Target
		patience       time.Duration
		mayWait, waits bool
	}{
		"real, with patience":     {anyServer(t), time.Minute, true, true},
		"real, without":           {anyServer(t), 0, true, false},
		"embedded, with patience": {target.Default(), time.Minute, false, false},
	} {
		test.configured.Limits.Patience = test.patience
		session, err := target.Open(t.Context(), test.configured)
		if err != nil {
			t.Fatal(err)
		}
		c := planOf(t, feature, test.configured).Cases[0]
		if c.mayWait(session) != test.mayWait || c.Waits(session) != test.waits {
			t.Errorf("%s: may wait %v, waits %v", name, c.mayWait(session), c.Waits(session))
		}
		session.Close()
	}
}
