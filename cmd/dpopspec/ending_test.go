package main

import (
	"errors"
	"testing"

	"github.com/dpopspec/dpopspec/reports"
)

func TestWhatAVerdictIsWorthToWhoeverAsked(t *testing.T) {
	must := reports.Requirement{ID: "X", Verdict: "fail"}
	run := func(verdicts ...reports.Verdict) *reports.Run {
		var r reports.Run
		for _, v := range verdicts {
			r.Cases = append(r.Cases, reports.Case{Verdict: v, Requirements: []reports.Requirement{must}})
			must.ID += "X"
		}
		return &r
	}
	partial := run(reports.Passed, reports.Skipped)
	for _, test := range []struct {
		name  string
		flags endingFlags
		run   *reports.Run
		code  int
	}{
		{"partial", endingFlags{}, partial, 0},
		{"partial where it fails", endingFlags{failOn: "partial"}, partial, 1},
		{"conformant where partial fails", endingFlags{failOn: "partial"}, run(reports.Passed), 0},
		{"not conformant", endingFlags{}, run(reports.Failed), 1},
		{"could not test", endingFlags{failOn: "partial"}, run(reports.Errored), 3},
		{"not conformant, in a job that only reports", endingFlags{zero: true}, run(reports.Failed), 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			code := 0
			var ended *exit
			if errors.As(test.flags.of(t.Context(), test.run), &ended) {
				code = ended.code
			}
			if code != test.code {
				t.Errorf("exit code %d, want %d", code, test.code)
			}
		})
	}
}
