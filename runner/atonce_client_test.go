package runner

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/mutants"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/target"
)

// prompt is a client that cannot be told to wait before it repeats.
type prompt struct{ target.Driver }

func (p prompt) Hello() target.Hello {
	hello := p.Driver.Hello()
	hello.Capabilities = slices.DeleteFunc(slices.Clone(hello.Capabilities), func(c string) bool {
		return c == target.HasRetryOptions
	})
	return hello
}

// queued says that it makes calls at once, and makes one after the other.
type queued struct {
	prompt
	turn *sync.Mutex
}

func (q queued) Fetch(ctx context.Context, o target.FetchOrder) (*target.Fetched, error) {
	q.turn.Lock()
	defer q.turn.Unlock()
	return q.Driver.Fetch(ctx, o)
}

// What is said of calls that are under way at once is only said of calls that were.
func TestCallsAtOnceAreJudgedAsSuchWhereTheyWere(t *testing.T) {
	mixing, err := mutants.Select("", "CL-074/latest-call")
	if err != nil {
		t.Fatal(err)
	}
	asItIs := func(d target.Driver) target.Driver { return prompt{d} }
	inQueue := func(d target.Driver) target.Driver { return queued{prompt{d}, new(sync.Mutex)} }
	cases := []string{
		"client-parallel/a-repetition-carries-the-token-of-its-own-call/two-users",
		"client-parallel/a-call-keeps-its-token-while-another-with-another-token-is-under-way/two-users",
	}
	atOnce := append(cases, "client-parallel/calls-that-are-under-way-at-the-same-time-share-no-proof",
		"client-parallel/calls-whose-access-token-has-run-out-share-one-refresh")
	for name, row := range map[string]struct {
		parts   target.Parts
		wrap    func(target.Driver) target.Driver
		ids     []string
		verdict reports.Verdict
		reason  string
	}{
		"at once":             {target.Parts{}, asItIs, atOnce, reports.Passed, ""},
		"at once, mixed up":   {mixing[0].Parts, asItIs, cases, reports.Failed, ""},
		"one after the other": {target.Parts{}, inQueue, atOnce, reports.Skipped, "nothing was to be seen"},
	} {
		t.Run(name, func(t *testing.T) {
			sources, err := ReadFS(features.FS)
			if err != nil {
				t.Fatal(err)
			}
			configured := driven(row.parts, row.wrap)
			plan, err := NewPlan(sources, configured, Selection{IDs: row.ids})
			if err != nil {
				t.Fatal(err)
			}
			run, err := Run(t.Context(), plan, configured, Options{})
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range run.Cases {
				if c.Verdict != row.verdict || !strings.Contains(c.Reason, row.reason) {
					t.Errorf("%s: %s: %s; expected %s; got %s", c.ID, c.Verdict, c.Reason, c.Expected, c.Actual)
				}
			}
			if len(run.Cases) != len(row.ids) {
				t.Errorf("%d cases were played", len(run.Cases))
			}
		})
	}
}
