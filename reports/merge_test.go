package reports

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

// shard is the sample run with a part of its cases.
func shard(from, to int) Run {
	run := sampleRun()
	for _, c := range append(run.Cases[:from:from], run.Cases[to:]...) {
		run.NotRun = append(run.NotRun, NotRun{c.ID, "another shard"})
	}
	run.Cases = run.Cases[from:to]
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
	want.Started, want.Duration = b.Started, b.Duration
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
