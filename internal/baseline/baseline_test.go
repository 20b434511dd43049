package baseline

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/reports"
)

// ran is a run of cases, each with its verdict.
func ran(verdicts ...reports.Verdict) reports.Run {
	run := reports.Run{Tool: "dpopspec", Profile: "rfc9449", Level: "full", Set: reports.Set{Version: "2026-11.1", Digest: "sha256:0123456789abcdef"}}
	for i, v := range verdicts {
		run.Cases = append(run.Cases, reports.Case{ID: "a/" + string(rune('a'+i)), FeatureName: "A", Feature: "a.feature", Verdict: v})
	}
	return run
}

func TestWhatIsWorse(t *testing.T) {
	const p, f, s, k, e = reports.Passed, reports.Failed, reports.Skipped, reports.Known, reports.Errored
	for name, test := range map[string]struct {
		before, after reports.Verdict
		want          Change
		worse         bool
	}{
		"fails anew": {p, f, Broken, true}, "fails after a skip": {s, f, Broken, true}, "not excused any more": {k, f, Broken, true},
		"not tested": {p, s, Untested, true}, "an error": {p, e, Untested, true}, "a failure that nobody sees": {f, s, Untested, true},
		"mended": {f, p, Mended, false}, "excused": {f, k, Excused, false}, "tested at last": {s, p, Otherwise, false},
	} {
		d := Compare("old", ran(p, test.before), "new", ran(p, test.after))
		if len(d.Groups) != 1 || d.Groups[0].Change != test.want || d.Worse != test.worse {
			t.Errorf("%s: %+v", name, d.Groups)
		}
	}
	for _, v := range reports.Verdicts {
		if d := Compare("old", ran(v), "new", ran(v)); len(d.Groups) > 0 || d.Worse {
			t.Errorf("%s twice: %+v", v, d.Groups)
		}
	}
}

func TestACaseThatVanishedIsWorseUnlessSomethingSaysWhy(t *testing.T) {
	before, after := ran(reports.Passed, reports.Passed), ran(reports.Passed)
	if d := Compare("old", before, "new", after); !d.Worse || d.Groups[0].Change != Vanished {
		t.Errorf("%+v", d)
	}
	for name, change := range map[string]func(*reports.Run){
		"another level":   func(r *reports.Run) { r.Level = "quick" },
		"another set":     func(r *reports.Run) { r.Set.Digest = "sha256:fedcba9876543210" },
		"another profile": func(r *reports.Run) { r.Profile = "fapi2" },
		"a selection":     func(r *reports.Run) { r.Selection = &reports.Selection{How: "--at api", Of: 2} },
	} {
		after := ran(reports.Passed)
		change(&after)
		if d := Compare("old", before, "new", after); d.Worse || len(d.Differ) != 1 {
			t.Errorf("%s: %v %+v", name, d.Differ, d.Groups)
		}
	}
	after.Interrupted = true
	if d := Compare("old", before, "new", after); !d.Worse {
		t.Error("a run that was cut short is as good")
	}
}

func TestStrangersWordsDoNothingInADiff(t *testing.T) {
	before, after := ran(reports.Passed), ran(reports.Failed)
	bad := "\x1b[2J<script>x</script>\n::error::x\u202e `y` [l](http://x)"
	after.Cases[0].Scenario, after.Cases[0].FeatureName, after.Profile = bad, bad, bad
	d := Compare("old", before, "new", after)
	for name, write := range Formats {
		var b strings.Builder
		if err := write(&b, d); err != nil {
			t.Fatal(err)
		}
		for _, never := range []string{"\x1b", "\u202e", "\n::error"} {
			if strings.Contains(b.String(), never) {
				t.Errorf("%s holds %q", name, never)
			}
		}
		if name == "markdown" && (strings.Contains(b.String(), "<script") || strings.Contains(b.String(), "[l](")) {
			t.Errorf("%s", b.String())
		}
	}
}

func TestAFileIsReplacedWholeAndALinkStaysOne(t *testing.T) {
	folder := t.TempDir()
	file, link := filepath.Join(folder, "known.txt"), filepath.Join(folder, "link.txt")
	if err := WriteFile(file, "one\n"); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("known.txt", link); err != nil {
		t.Skip(err)
	}
	if err := WriteFile(link, "two\n"); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != "two\n" {
		t.Errorf("%q, %v", text, err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Error("the link is none any more")
	}
	if list, err := os.ReadDir(folder); err != nil || len(list) != 2 {
		t.Errorf("%d files are left, %v", len(list), err)
	}
}
