package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dpopspec/dpopspec/internal/baseline"
	"github.com/dpopspec/dpopspec/reports"
)

func diffCommand() *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:   "diff OLD.json NEW.json",
		Short: "Compare a JSON report with an earlier one",
		Long: `Compare the JSON report of a run with that of an earlier one: what fails anew, what is
no longer tested or no longer there, what is mended, and what ended otherwise, grouped
by cause. What else differs (requirements, profile, level, selection, target) is said
first.

Exit code: 0 nothing is worse; 1 something is worse: a case fails that did not, is not
tested any more, or is missing with nothing to say why; 2 bad usage, or a file that no
run has written.`,
		Example: `  dpopspec diff baseline.json reports/out/run.json
  dpopspec diff baseline.json reports/out/run.json --format markdown`,
		Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error { return diff(c, args[0], args[1], format) },
	}
	c.Flags().StringVar(&format, "format", "text", "how to tell: "+strings.Join(diffFormats(), ", "))
	return c
}

func diffFormats() []string { return slices.Sorted(maps.Keys(baseline.Formats)) }

func diff(c *cobra.Command, before, after, format string) error {
	tell, known := baseline.Formats[format]
	if !known {
		return fmt.Errorf("--format: %q is none of %s", format, strings.Join(diffFormats(), ", "))
	}
	masker := reports.NewRedactor() // the reports are masked; this makes nothing worse
	var runs [2]reports.Run
	for i, file := range []string{before, after} {
		run, err := readReport(file)
		if err != nil {
			return err
		}
		runs[i] = masker.Run(run).Value()
	}
	found := baseline.Compare(before, runs[0], after, runs[1])
	if err := tell(c.OutOrStdout(), found); err != nil {
		return err
	}
	if found.Worse {
		return &exit{code: exitNotConformant}
	}
	return nil
}
