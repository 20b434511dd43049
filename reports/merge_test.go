package reports

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

// shard is the sample run with a part of its cases.
func shard(from, to int) Run {
	run := sampleRun()
	for _, c := range append(run.Cases[:from:from], run.Cases[to:]...) {
		run.NotRun = append(run.NotRun, NotRun{c.ID, "another shard", false})
	}
	run.Cases = run.Cases[from:to]
	run.Requests = 10 * len(run.Cases)
	return run
}

func TestMergedShardsAreTheWholeRun(t *testing.T) {
	a, b := shard(0, 6), shard(6, 15)
	b.Started, b.Duration = b.Started.Add(-time.Second), 3*time.Second
	got, err := Merge(a, b)
	if err != nil {
		t.Fatal(err)
	}
	want := sampleRun()
	want.Started, want.Duration, want.Requests = b.Started, b.Duration, 150
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestMergingLeavesTheShardsAlone(t *testing.T) {
	a, b := shard(0, 6), shard(6, 15)
	if _, err := Merge(a, b); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(a, shard(0, 6)) || !reflect.DeepEqual(b, shard(6, 15)) {
		t.Error("a shard was changed")
	}
}

func TestACaseThatTwoShardsRanAlikeCountsOnce(t *testing.T) {
	got, err := Merge(shard(0, 8), shard(5, 15))
	if err != nil || len(got.Cases) != 15 {
		t.Errorf("%d cases, %v", len(got.Cases), err)
	}
}

func TestOneShardCutShortMakesTheMergedRunCutShort(t *testing.T) {
	b := shard(6, 15)
	b.Interrupted = true
	if got, err := Merge(shard(0, 6), b); err != nil || !got.Interrupted {
		t.Errorf("interrupted %v, %v", got.Interrupted, err)
	}
}

func TestShardsThatDisagreeAreNotMerged(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*Run)
		want   []string
	}{
		{"verdict", func(r *Run) { r.Cases[0].Verdict, r.Cases[0].Reason = Passed, "" }, []string{
			"case proof/htm/another-method/token failed in report 1 (the token endpoint",
			"and passed in report 2 (run of 2026-03-14T09:26:53Z)"}},
		{"profile", func(r *Run) { r.Profile = "fapi2" },
			[]string{`report 1 has profile "rfc9449" and report 2 "fapi2"`}},
		{"strictness", func(r *Run) { r.Strict = true }, []string{`strict "false" and report 2 "true"`}},
		{"level", func(r *Run) { r.Level = "quick" }, []string{`level "standard" and report 2 "quick"`}},
		{"target", func(r *Run) { r.Target[0].Where = "https://other.example/" },
			[]string{"target", "https://other.example/"}},
	} {
		other := sampleRun()
		test.change(&other)
		_, err := Merge(sampleRun(), other)
		for _, want := range test.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %q is missing in %v", test.name, want, err)
			}
		}
	}
	if _, err := Merge(); err == nil {
		t.Error("nothing at all was merged")
	}
}

func TestEmbeddedPartiesOfShardsMayHaveOtherAddresses(t *testing.T) {
	other := sampleRun()
	other.Target[2].Where = "http://127.0.0.1:40123"
	if _, err := Merge(sampleRun(), other); err != nil {
		t.Error(err)
	}
}

// part is a run of a part of a plan of three cases.
func part(n, of int, ids ...string) Run {
	run := Run{Tool: "dpopspec", Selection: &Selection{Of: 3, Shard: n, Shards: of, Cases: 3}}
	for _, id := range ids {
		run.Cases = append(run.Cases, Case{ID: id, Verdict: Passed})
	}
	return run
}

func TestOnlyAllShardsOfOnePlanAreTheWhole(t *testing.T) {
	first, second, third := part(1, 3, "a"), part(2, 3, "b"), part(3, 3, "c")
	whole, err := Merge(first, second, third)
	if err != nil || whole.Selection != nil || whole.Conformance() != Conformant {
		t.Errorf("all shards: %+v, %s, %v", whole.Selection, whole.Conformance(), err)
	}
	partial, err := Merge(first, third)
	if err != nil || partial.Conformance() != Partial || partial.ExitCode() != ExitCouldNotTest {
		t.Errorf("two of three: %s, exit code %d, %v", partial.Conformance(), partial.ExitCode(), err)
	}
	if lost := partial.Selection.Lost; len(lost) != 1 || lost[0] != "2/3" {
		t.Errorf("lost: %q", lost)
	}
	if _, err := Merge(first, first); err == nil || !strings.Contains(err.Error(), "both shard 1 of 3") {
		t.Errorf("one shard twice: %v", err)
	}
	if _, err := Merge(first, part(2, 4, "b")); err == nil || !strings.Contains(err.Error(), "of one plan") {
		t.Errorf("shards of two plans: %v", err)
	}
}

func TestMergingAddsRequestsAndNamesEachProblemOfTheSetUpOnce(t *testing.T) {
	one, two := blockedRun(), blockedRun()
	two.Cases = nil
	merged, err := Merge(one, two)
	if err != nil || merged.Requests != one.Requests+two.Requests || len(merged.SetUp) != 1 || merged.Level != one.Level {
		t.Errorf("%d requests, %d problems, level %q, %v", merged.Requests, len(merged.SetUp), merged.Level, err)
	}
	two.Level = "quick"
	if _, err := Merge(one, two); err == nil || !strings.Contains(err.Error(), "level") {
		t.Errorf("runs of two levels: %v", err)
	}
}

// dealt is shard n of a plan of cases, as a run writes it.
func dealt(n, of, cases int) Run {
	run := Run{Tool: "dpopspec", Version: "1.0", Build: "GitLab CI 7", Selection: &Selection{
		How: "--shard", Of: cases, Shard: n, Shards: of, Cases: cases, Plan: "sha256:a",
	}}
	for i := n; i <= cases; i += of {
		run.Cases = append(run.Cases, Case{ID: fmt.Sprintf("a/case-%d", i), Verdict: Passed})
	}
	return run
}

func TestALostShardIsRedInEveryReportThatCISystemsRead(t *testing.T) {
	merged, err := Merge(dealt(1, 3, 8), dealt(3, 3, 8))
	if err != nil || merged.ExitCode() != ExitCouldNotTest || merged.Conformance() != Partial {
		t.Fatalf("exit code %d, %s, %v", merged.ExitCode(), merged.Conformance(), err)
	}
	masked := NewRedactor().Run(merged)
	for format, want := range map[string]string{
		"junit": "<error message=\"Shard 2/3 is missing", "annotations": "Shard 2/3 is missing",
		"markdown": "Shards are missing: 2/3", "pretty": "Shards are missing: 2/3", "html": "Shards are missing: 2/3",
		"sarif": "Shard 2/3 is missing", "json": `"2/3"`,
	} {
		var b strings.Builder
		if err := formats()[format].to(&b, masked); err != nil || !strings.Contains(b.String(), want) {
			t.Errorf("%s does not say %q: %v\n%.600s", format, want, err, b.String())
		}
	}
}

func TestShardsOfDifferentRunsAreNotMerged(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*Run)
		want   string
	}{
		"another build":       {func(r *Run) { r.Build = "GitLab CI 8" }, `build "GitLab CI 7" and report 2 "GitLab CI 8"`},
		"no build":            {func(r *Run) { r.Build = "" }, `build "GitLab CI 7"`},
		"another version":     {func(r *Run) { r.Version = "1.1" }, `version "1.0" and report 2 "1.1"`},
		"another revision":    {func(r *Run) { r.Revision = "draft" }, "revision"},
		"other requirements":  {func(r *Run) { r.Set.Digest = "sha256:9" }, "requirements"},
		"other rounds":        {func(r *Run) { r.Rounds = 5 }, "rounds"},
		"another selection":   {func(r *Run) { r.Selection.Plan = "sha256:b" }, "not the same cases"},
		"another plan":        {func(r *Run) { r.Selection.Of = 9 }, "of one plan"},
		"twice":               {func(r *Run) { *r = dealt(1, 2, 8) }, "both shard 1 of 2"},
		"a case taken out":    {func(r *Run) { r.Cases = r.Cases[1:] }, "shard 2/2, which has 4 cases, and holds 3: it was changed or cut"},
		"a case put in":       {func(r *Run) { r.Cases = append(r.Cases, Case{ID: "b", Verdict: Passed}) }, "and holds 5"},
		"merged already":      {func(r *Run) { r.Selection.Shard = 0 }, "of several shards already"},
		"one of another size": {func(r *Run) { *r = dealt(2, 3, 8) }, "in 2 shards and report 2"},
	} {
		other := dealt(2, 2, 8)
		test.change(&other)
		if got, err := Merge(dealt(1, 2, 8), other); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %s, %v; want %q", name, got.Conformance(), err, test.want)
		}
	}
}

func TestWhatComesOnTopOfThePlanDoesNotMakeItWhole(t *testing.T) {
	finding := Case{ID: "server-evidence/x", Verdict: Warned, Extra: true}
	one, two := dealt(1, 2, 4), dealt(2, 2, 4)
	one.Cases = append(one.Cases, finding)
	finding.Verdict = Failed
	two.Cases = append(two.Cases, finding)
	merged, err := Merge(one, two)
	if err != nil || merged.Selection != nil || len(merged.Cases) != 5 || merged.Conformance() != NotConformant {
		t.Errorf("%+v, %d cases, %s, %v", merged.Selection, len(merged.Cases), merged.Conformance(), err)
	}
	for range 2 { // as many as are missing
		finding.ID += "y"
		one.Cases = append(one.Cases, finding)
	}
	if merged, err := Merge(one); err != nil || merged.Selection == nil || len(merged.Selection.Lost) != 1 {
		t.Errorf("%+v, %v", merged.Selection, err)
	}
}

func TestAShardThatWasCutShortMayLackCasesAndIsNoConformance(t *testing.T) {
	two := dealt(2, 2, 8)
	two.Cases, two.Interrupted = two.Cases[:1], true
	merged, err := Merge(dealt(1, 2, 8), two)
	if err != nil || merged.Conformance() != Partial || merged.ExitCode() != ExitCouldNotTest {
		t.Errorf("%s, %v", merged.Conformance(), err)
	}
	two.Interrupted, two.SetUp = false, []Problem{{Name: "limits.time", What: "time was over"}}
	merged, err = Merge(dealt(1, 2, 8), two)
	if err != nil || merged.Conformance() != Partial || merged.ExitCode() != ExitCouldNotTest {
		t.Errorf("%s, %v", merged.Conformance(), err)
	}
}
