package main

import (
	"fmt"
	"strings"

	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/runner"
)

// settled are verdicts that a second run would not change.
var settled = map[reports.Verdict]bool{reports.Passed: true, reports.Skipped: true, reports.Noted: true}

// unsettled returns the ids of the cases of a JSON report that are worth
// running again: those that broke something or told nothing.
func unsettled(file string) ([]string, error) {
	run, err := readReport(file)
	if err != nil {
		return nil, fmt.Errorf("--rerun: %w", err)
	}
	var ids []string
	for _, c := range run.Cases {
		// A report of an earlier version does not say which cases came on top of its plan.
		extra := c.Extra || strings.HasPrefix(c.ID, "known/")
		if !settled[c.Verdict] && !extra {
			if strings.HasSuffix(c.ID, "*") { // as an id it would choose more than itself
				return nil, fmt.Errorf("--rerun: %s: %q is no id of a case", file, c.ID)
			}
			ids = append(ids, c.ID)
		}
	}
	if ids == nil {
		why := "nothing to run again: every case of " + file + " passed or did not apply"
		return nil, &runner.EmptySelection{Why: why}
	}
	return ids, nil
}
