package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/mutation"
	"github.com/dpopspec/dpopspec/runner"
)

// rank writes the ranking that follows from what the cases tell of the mutants.
func rank(ctx context.Context, file string, plan *runner.Plan, m *mutation.Mutation) error {
	ranking, err := plan.Rank(ctx, m.Finds())
	if err != nil {
		return err
	}
	levels, err := plan.Detections(ctx, ranking, m.Finds(), len(m.Killed))
	if err != nil {
		return err
	}
	notes := []string{"| level | cases | requests | mutants found |"}
	for _, l := range levels {
		notes = append(notes, row(l))
	}
	return os.WriteFile(file, []byte(ranking.Text(notes...)), 0o644)
}

// row is what a level costs and finds, as the documentation shows it.
func row(d runner.Detection) string {
	return fmt.Sprintf("| `%s` | %d | %d | %d of %d |", d.Level, d.Cases, d.Requests, d.Killed, d.Mutants)
}

// showLevels prints what each level of the ranking costs and finds, and reports
// whether the ranking still fits the cases and the mutants.
func showLevels(ctx context.Context, out io.Writer, plan *runner.Plan, m *mutation.Mutation) (fits bool, err error) {
	ranking, err := features.LoadRanking()
	if err != nil {
		return false, err
	}
	levels, err := plan.Detections(ctx, ranking, m.Finds(), len(m.Killed))
	if err != nil {
		return false, err
	}
	fmt.Fprintf(out, "%-10s %6s %9s  %s\n", "level", "cases", "requests", "mutants killed")
	for _, l := range levels {
		fmt.Fprintf(out, "%-10s %6d %9d  %d of %d\n", l.Level, l.Cases, l.Requests, l.Killed, l.Mutants)
	}
	stale := plan.Stale(ranking, m.Finds())
	for _, why := range stale {
		fmt.Fprintln(out, "✗ the ranking is stale: "+why+"; make levels")
	}
	return len(stale) == 0, nil
}
