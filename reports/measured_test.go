package reports

import (
	"slices"
	"strings"
	"testing"
)

func TestWhatSeveralCasesMeasuredAlikeStandsOnce(t *testing.T) {
	got := eachOnce([]Measurement{
		{"oldest proof accepted at token", -60, "s", "time/a"},
		{"uses of a nonce at token", 5, "", "nonce/a"},
		{"oldest proof accepted at token", -60, "s", "time/b"},
		{"oldest proof accepted at api", -60, "s", "time/c"},
		{"oldest proof accepted at token", -60, "s", "time/d"},
		{"uses of a nonce at token", 5, "s", "nonce/b"},
	})
	want := []Measurement{
		{"oldest proof accepted at token", -60, "s", "time/a"},
		{"uses of a nonce at token", 5, "", "nonce/a"},
		{"oldest proof accepted at api", -60, "s", "time/c"},
		{"uses of a nonce at token", 5, "s", "nonce/b"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %+v", got)
	}
}

func TestWhereCasesDisagreeBothNumbersStandWithTheirCases(t *testing.T) {
	list := []Measurement{
		{"oldest proof accepted at token", -60, "s", "time/a"},
		{"lifetime of a nonce at api", 299, "s", "nonce/a"},
		{"oldest proof accepted at token", -61, "s", "time/b"},
		{"oldest proof accepted at token", -60, "s", "time/c"},
		{"oldest proof accepted at token", -60, "s", "time/d"},
		{"oldest proof accepted at token", -60, "s", "time/e"},
	}
	run := Run{Measurements: list}
	text, page := terminal(t, run, Terminal{}), htmlOf(t, run)
	for _, want := range []string{
		"-60 s  oldest proof accepted at token (time/a, time/c, time/d, and 1 more)\n",
		"-61 s  oldest proof accepted at token (time/b)\n",
		"299 s  lifetime of a nonce at api\n",
	} {
		if strings.Count(text, want) != 1 {
			t.Errorf("the terminal does not say once %q:\n%s", want, text)
		}
	}
	for _, want := range []string{"oldest proof accepted at token (time/a, time/c, time/d, and 1 more)<",
		"oldest proof accepted at token (time/b)<", "lifetime of a nonce at api<"} {
		if strings.Count(page, want) != 1 {
			t.Errorf("the page does not say once %q", want)
		}
	}
	if list[0].Name != "oldest proof accepted at token" {
		t.Error("the run was changed")
	}
}
