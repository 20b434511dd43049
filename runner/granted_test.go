package runner

import (
	"slices"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/mutants"
	"github.com/dpopspec/dpopspec/reports"
)

// A server that does not require a jti takes the second proof without one for a used one.
// Which case sends the first makes no difference to what it is found out by.
func TestWhatWasGrantedToADefectCountsInEveryCase(t *testing.T) {
	sources, err := ReadFS(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	found, err := mutants.Select("", "PV-014@api")
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(settings, func(s setting) bool { return s.name == "an API alone" })
	const warns = "proof-refusal/the-challenge-names-the-error-invalid-dpop-proof/jti-missing@api"
	const missing = "proof-claims/a-proof-without-a-usable-jti-is-refused/missing@api"
	stand, err := settings[i].stand(t.Context(), found[0].Profile, found[0].Parts)
	if err != nil {
		t.Fatal(err)
	}
	defer stand.close()
	stand.target.Limits.Level = features.Full
	plan, err := NewPlan(sources, stand.target, Selection{IDs: []string{warns, missing}})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortStableFunc(plan.Cases, func(a, b *Case) int { // that which is to be found comes last
		return strings.Index(warns+missing, a.ID) - strings.Index(warns+missing, b.ID)
	})
	run, err := Run(t.Context(), plan, stand.target, Options{Parallel: 1})
	if err != nil {
		t.Fatal(err)
	}
	var last reports.Case
	for _, c := range run.Cases {
		if c.ID == missing {
			last = c
		}
	}
	if len(run.Cases) != 2 || last.Verdict != reports.Failed {
		t.Errorf("%d cases; %s: %s, %s", len(run.Cases), missing, last.Verdict, last.Reason)
	}
}
