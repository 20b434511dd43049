package reports

import (
	"fmt"
	"strings"
	"testing"
)

func TestTwoTitlesNeverLookAlikeOnceTheyAreCut(t *testing.T) {
	var cutter titles
	stands := map[string]string{}
	for row := range 40 {
		for _, endpoint := range []string{"token", "par", "userinfo", "api"} {
			for _, tail := range []string{"", strings.Repeat(" and on", 12)} { // what differs stands in the middle
				title := fmt.Sprintf("A proof whose payload holds a member of another kind in a place that is deep "+
					"(a row of the examples, number %d%s) at %s", row, tail, endpoint)
				for _, width := range []int{30, 60, 78} {
					short := cutter.cut(title, width)
					if runeLen(short) > width || cutter.cut(title, width) != short {
						t.Fatalf("%q in %d", short, width)
					}
					if other := stands[short]; other != "" && other != title {
						t.Fatalf("%q and %q are both %q", title, other, short)
					}
					stands[short] = title
				}
			}
		}
	}
	if got := cutter.cut("A proof without any jti claim is refused (row 17) at userinfo", 40); got !=
		"A proof without any jti …w 17) at userinfo" && !strings.HasSuffix(got, "at userinfo") {
		t.Errorf("got %q", got)
	}
}

func TestAMaskStaysWholeOrGoesInTheMiddleOfATitle(t *testing.T) {
	title := strings.Repeat("a", 30) + "[masked]" + strings.Repeat("b", 12)
	for width := 10; width < runeLen(title); width++ {
		short := shorten(title, width)
		if left := strings.ReplaceAll(short, "[masked]", ""); strings.ContainsAny(left, "[]mskd") || runeLen(short) > width {
			t.Errorf("%d: %q", width, short)
		}
	}
}

func TestTheVerdictLineKeepsToTheWidthWhateverTheNamesAre(t *testing.T) {
	long := strings.Repeat("long-name.", 30)
	verdicts := map[Conformance]Run{
		Conformant:      {Cases: []Case{ended(Passed, must)}},
		NotConformant:   {Cases: []Case{ended(Failed, must)}},
		Partial:         {Cases: []Case{ended(Passed, must)}, Interrupted: true},
		CouldNotTest:    {},
		SelectionPassed: {Cases: []Case{ended(Passed, must)}, Selection: &Selection{How: "--id " + long + " --id a b c " + long, Of: 9}},
	}
	for want, run := range verdicts {
		if run.Conformance() != want {
			t.Fatalf("%s is %s", want, run.Conformance())
		}
		for _, name := range []string{"", "short", long, strings.Repeat("words and ", 30)} {
			run.Profile, run.Revision, run.Level, run.Strict = "rfc9449"+name, "RFC 9449, September 2023"+name, "full", true
			run.Target = []Party{{Role: "authorization server", Name: name, Kind: "real"}, {Role: "API", Name: name + "2", Kind: "real"}}
			for _, how := range []Terminal{{}, {Width: 40}, {Color: true}} {
				p := &page{Terminal: how}
				p.joined(p.verdict(want)+"  ", p.subjects(&run))
				p.joined("  ", p.counts(&run))
				for _, l := range strings.Split(p.String(), "\n") {
					if uncoloured(l) > p.width() {
						t.Errorf("%s: %d of %d characters: %q", want, uncoloured(l), p.width(), l)
					}
				}
				if !strings.HasPrefix(colours.ReplaceAllString(p.String(), ""), strings.ToUpper(string(want))) {
					t.Errorf("%s does not begin the line: %q", want, p.String())
				}
			}
		}
	}
}

func TestOnlyOneDocumentHasStandardOutput(t *testing.T) {
	if _, err := ParseFormats("json:-,junit:-"); err == nil || !strings.Contains(err.Error(), "both go to standard output") {
		t.Errorf("got %v", err)
	}
	for format, want := range map[string]bool{"pretty": false, "annotations": false, "json:-": true, "pretty,html:-": true} {
		outputs, err := ParseFormats(format)
		if err != nil || TakesOutput(outputs) != want {
			t.Errorf("%s takes it: %v, %v", format, !want, err)
		}
	}
}
