package runner

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/internal/longtable"
	"github.com/dpopspec/dpopspec/internal/shards"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/target"
)

func TestShardsAreAllCasesOnceAndNoneIsEmpty(t *testing.T) {
	longtable.Once(t)
	whole := planned(t, target.Default(), Selection{})
	for _, of := range []int{2, 7, 100} {
		seen, plans := map[string]int{}, map[string]bool{}
		for n := 1; n <= of; n++ {
			p := planned(t, target.Default(), Selection{Shard: shards.Shard{N: n, Of: of}})
			if len(p.Cases) < len(whole.Cases)/of || len(p.Cases) > len(whole.Cases)/of+1 {
				t.Errorf("shard %d/%d has %d of %d cases", n, of, len(p.Cases), len(whole.Cases))
			}
			s := p.Selection
			if s == nil || s.Shard != n || s.Shards != of || s.Cases != len(whole.Cases) || s.Of != s.Cases {
				t.Fatalf("shard %d/%d: %+v", n, of, s)
			}
			plans[s.Plan] = true
			for _, c := range p.Cases {
				seen[c.ID]++
			}
		}
		if len(seen) != len(whole.Cases) || len(plans) != 1 {
			t.Errorf("%d shards are %d of %d cases, of %d plans", of, len(seen), len(whole.Cases), len(plans))
		}
		for id, n := range seen {
			if n != 1 {
				t.Errorf("%s is in %d of %d shards", id, n, of)
			}
		}
	}
}

func TestMoreShardsThanCasesAreAMistake(t *testing.T) {
	const few = "proof-method/a-proof-with-the-method-in-other-letter-case-is-refused*"
	n := len(planned(t, target.Default(), Selection{IDs: []string{few}}).Cases)
	_, err := dealt(planned(t, target.Default(), Selection{IDs: []string{few}}).Cases, shards.Shard{N: 1, Of: n + 1})
	if want := fmt.Sprintf("has %d cases to share; run it in at most %d jobs", n, n); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%d cases in %d shards: %v", n, n+1, err)
	}
	if p := planned(t, target.Default(), Selection{IDs: []string{few}, Shard: shards.Shard{N: n, Of: n}}); len(p.Cases) != 1 {
		t.Errorf("%d cases in the last of %d shards", len(p.Cases), n)
	}
}

func TestAPlanHasAnotherFingerprintWhenItsCasesAreOthers(t *testing.T) {
	s := func(change func(*target.Target, *Selection)) string {
		on, selection := target.Default(), Selection{Shard: shards.Shard{N: 1, Of: 2}}
		change(on, &selection)
		return planned(t, on, selection).Selection.Plan
	}
	first := s(func(*target.Target, *Selection) {})
	if again := s(func(*target.Target, *Selection) {}); again != first {
		t.Errorf("%s and %s for one plan", first, again)
	}
	for name, change := range map[string]func(*target.Target, *Selection){
		"a tag":   func(_ *target.Target, s *Selection) { s.Tags = "@at:api" },
		"a level": func(on *target.Target, _ *Selection) { on.Limits.Level = "quick" },
	} {
		if other := s(change); other == first {
			t.Errorf("%s makes no difference", name)
		}
	}
}

func TestAKnownRequirementIsNotGoneBecauseAPartOfItsCasesPasses(t *testing.T) {
	const id = "RFC9449-4.3-43"
	whole := planned(t, target.Default(), Selection{})
	list := []KnownDeviation{{ID: id, Reason: "until spring", File: "known.txt", Line: 3}}
	if err := whole.CheckKnown(list); err != nil {
		t.Fatal(err)
	}
	var results []reports.Case
	for _, c := range whole.Cases {
		if c.Has(id) {
			r := c.report(whole.Profile)
			r.Verdict = reports.Passed
			results = append(results, r)
		}
	}
	if got := ApplyKnown(results[1:], list); len(got) != len(results)-1 {
		t.Errorf("gone by %d of %d cases: %+v", len(results)-1, len(results), got[len(got)-1])
	}
	if got := ApplyKnown(results, list); len(got) != len(results)+1 || !got[len(results)].Extra {
		t.Error("all its cases pass, and it is not gone")
	}
}
