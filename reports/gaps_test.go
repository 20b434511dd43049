package reports

import (
	"fmt"
	"strings"
	"testing"
)

func TestWhatCouldNotBeTestedForOneReasonStandsBelowItOnce(t *testing.T) {
	const because = "the client svc gets no token"
	run := clean()
	for i := range 50 {
		q := Requirement{ID: fmt.Sprintf("REQ-%02d", i), Verdict: "fail"}
		run.Cases = append(run.Cases, Case{ID: q.ID, Verdict: Inconclusive, Reason: because, Requirements: []Requirement{q}})
	}
	for i, reason := range []string{"no nonce", "no scope"} {
		q := Requirement{ID: fmt.Sprintf("OTHER-%d", i), Verdict: "fail"}
		run.Cases = append(run.Cases, Case{ID: q.ID, Verdict: Skipped, Reason: reason, Requirements: []Requirement{q}})
	}
	if groups := gapGroups(&run); len(groups) != 3 || len(groups[0].Gaps) != 50 || groups[0].Open || !groups[1].Open {
		t.Fatalf("got %+v", groups)
	}
	// Once as the reason of gaps, and once as the cause that the cases have.
	for format, text := range texts(t, run) {
		for from, until := range map[string]string{
			"<section id=\"untested\"": "</section>", "that could not be tested</summary>": "</details>",
			"could not be tested.": "One pass",
		} {
			_, after, found := strings.Cut(text, from)
			part, _, _ := strings.Cut(after, until)
			if found && strings.Count(part, because) > 1 {
				t.Errorf("%s: said %d times: %s", format, strings.Count(part, because), part)
			}
		}
		if !strings.Contains(text, "REQ-00") || !strings.Contains(text, "OTHER-1") {
			t.Errorf("%s: names are missing", format)
		}
	}
}
