package runner

import (
	"context"
	"fmt"
	"slices"

	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/target"
)

// MostRounds is how often a plan is run at most.
const MostRounds = 100

// Behind one address several instances may answer, of which one lacks a check. A
// case that it does not happen to answer passes, so the plan is run more than once,
// and what breaks in one round is broken.

// rounds runs a plan as often as the options say and returns one result a case.
func rounds(ctx context.Context, p *Plan, s *target.Session, o Options) []reports.Case {
	if o.Rounds <= 1 {
		return Execute(ctx, p, s, o)
	}
	byCase := map[string][]reports.Case{}
	for round := 0; round < o.Rounds && ctx.Err() == nil; round++ {
		for _, result := range Execute(ctx, p, s, o) {
			byCase[result.ID] = append(byCase[result.ID], result)
		}
		if of := newFailures(o); o.MaxFailures > 0 {
			for i, c := range p.Cases {
				for _, result := range byCase[c.ID] {
					if of.counts(result) {
						of.settle(i, result)
					}
				}
			}
			if of.enough() {
				break
			}
		}
	}
	var list []reports.Case
	for _, c := range p.Cases {
		if results := byCase[c.ID]; results != nil {
			list = append(list, overRounds(results))
		}
	}
	return list
}

// overRounds makes one result of those of several rounds: the gravest that broke a
// requirement; else one that passed; else the gravest of those that told nothing.
func overRounds(results []reports.Case) reports.Case {
	telling := slices.MinFunc(results, func(a, b reports.Case) int { return weight(a.Verdict) - weight(b.Verdict) })
	telling.Rounds, telling.Broke, telling.Requests, telling.Duration = len(results), 0, 0, 0
	silent, why := 0, ""
	for _, r := range results {
		telling.Requests += r.Requests
		telling.Duration += r.Duration
		switch {
		case r.Verdict.Breaks():
			telling.Broke++
		case r.Verdict != reports.Passed:
			silent, why = silent+1, r.Reason
		}
	}
	if silent > 0 && silent < len(results) {
		note := fmt.Sprintf("it told nothing in %d of %d rounds: %s", silent, len(results), why)
		telling.Notes = append(telling.Notes, note)
	}
	return telling
}

// weight orders verdicts by what they say of all rounds, the weightiest first.
func weight(v reports.Verdict) int {
	order := []reports.Verdict{
		reports.Failed, reports.Warned, reports.Noted, reports.Passed, reports.Errored, reports.Inconclusive,
		reports.Skipped,
	}
	if at := slices.Index(order, v); at >= 0 {
		return at
	}
	return len(order)
}
