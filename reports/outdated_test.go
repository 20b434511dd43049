package reports

import (
	"strings"
	"testing"
)

// outdated is what the runner makes of an entry that deviates no more.
func outdated() Case {
	return Case{
		ID: "known/RFC9449-4.3-43", Feature: "known.txt", FeatureName: "The list of known deviations is out of date",
		Line: 3, Scenario: "Out of date: RFC9449-4.3-43 is listed as a known deviation, and deviates no more",
		Subject: "list of known deviations", Verdict: Failed, Kind: Outdated,
		Expected: "a deviation: until spring", Actual: "every case of it passes", Reason: "take line 3 out of known.txt",
	}
}

func TestAnOutdatedEntryIsNoFailureOfTheParty(t *testing.T) {
	fine := Case{ID: "a/b", Verdict: Passed}
	broken := Case{ID: "a/c", Verdict: Failed, Subject: "API"}
	for name, row := range map[string]struct {
		cases []Case
		want  Conformance
		says  string
	}{
		"alone":            {[]Case{fine, outdated()}, Partial, "1 entry of the list of known deviations is out of date; take it out. Nothing else fails."},
		"twice":            {[]Case{fine, outdated(), outdated()}, Partial, "2 entries of the list of known deviations are out of date"},
		"beside a failure": {[]Case{fine, broken, outdated()}, NotConformant, "is out of date; take it out."},
		"not at all":       {[]Case{fine, broken}, NotConformant, ""},
	} {
		run := Run{Cases: row.cases}
		if got := run.Conformance(); got != row.want || run.ExitCode() != ExitNotConformant {
			t.Errorf("%s: %s, exit code %d; want %s and 1", name, got, run.ExitCode(), row.want)
		}
		if why := strings.Join(partiality(&run), "\n"); !strings.Contains(why, row.says) || row.says == "" && why != "" {
			t.Errorf("%s: %q", name, why)
		}
	}
}

func TestEveryReportTitlesAnOutdatedEntryAsWhatItIs(t *testing.T) {
	run := sampleRun()
	run.Cases = []Case{{ID: "a/b", Verdict: Passed}, outdated()}
	for name, f := range formats() {
		var out strings.Builder
		if err := f.write(&out, NewRedactor().Run(run)); err != nil {
			t.Fatal(err)
		}
		text := strings.Join(strings.Fields(strings.ReplaceAll(out.String(), "%3A", ":")), " ")
		if !strings.Contains(text, "Out of date: RFC9449-4.3-43 is listed as a known deviation") {
			t.Errorf("%s does not say that the list is out of date", name)
		}
		if name != "json" && strings.Contains(text, "NOT CONFORMANT") {
			t.Errorf("%s says that the party does not conform", name)
		}
	}
}

func TestARunThatWasCutSaysByWhat(t *testing.T) {
	run := Run{Interrupted: true, Cut: "--max-failures 2 was reached, and 7 of 9 cases were not run",
		Cases: []Case{{ID: "a/b", Verdict: Failed}}}
	if why := strings.Join(partiality(&run), ""); !strings.Contains(why, "cut short: --max-failures 2 was reached") {
		t.Errorf("got %q", why)
	}
	run.Cut = ""
	if why := strings.Join(partiality(&run), ""); !strings.Contains(why, "cut short: cases are missing") {
		t.Errorf("got %q", why)
	}
}
