package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/dpopspec/dpopspec/runner"
	"github.com/dpopspec/dpopspec/steps"
)

func lintCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "lint [feature files or folders]",
		Short: "Look for mistakes in feature files without running them",
		Long: `Look for mistakes in feature files without running them: undefined and
ambiguous steps, unknown tags and requirement ids, scenarios that expect nothing
or never run, ids that are taken. Every finding is a line file:line:column:
message. Exit code: 0 nothing found, 2 something found.`,
		Example: "  dpopspec lint ./features",
		RunE: func(c *cobra.Command, args []string) error {
			files, err := sources(args)
			if err != nil {
				return err
			}
			findings, err := runner.Lint(files, steps.Standard())
			if err != nil {
				return err
			}
			out := c.OutOrStdout()
			for _, f := range findings {
				fmt.Fprintln(out, f)
			}
			if len(findings) > 0 {
				return &exit{code: exitUsage}
			}
			fmt.Fprintf(out, "nothing found in %d feature files\n", len(files))
			return nil
		},
	}
}
