package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/dpopspec/dpopspec/runner"
	"github.com/dpopspec/dpopspec/steps"
	"github.com/dpopspec/dpopspec/target"
)

func lintCommand() *cobra.Command {
	var config string
	c := &cobra.Command{
		Use:   "lint [feature files or folders]",
		Short: "Look for mistakes in feature files without running them",
		Long: `Look for mistakes in feature files without running them: undefined and
ambiguous steps, steps that arrange where something is expected, values that no
step has saved, columns that the examples lack, JSON that is none, files and schemas
that are missing or unfit, requests that go to no endpoint, unknown tags and
requirement ids, scenarios that expect nothing or never run, ids that are taken.
With -c also APIs that the configuration does not have. Every finding is a line
file:line:column: message.

A warning is for what runs as it stands but hardly says what was meant: values and
columns that nothing uses, two scenarios of one title, tags that are nearly ours.
Exit code: 0 nothing found, or warnings alone; 2 something found.`,
		Example: "  dpopspec lint ./features\n  dpopspec lint ./features -c dpopspec.yaml",
		RunE: func(c *cobra.Command, args []string) error {
			files, err := sources(args)
			if err != nil {
				return err
			}
			var against *target.Target
			if config != "" {
				if against, err = target.Load(config, os.LookupEnv); err != nil {
					return err
				}
			}
			findings, err := runner.LintFor(against, files, steps.Standard())
			if err != nil {
				return err
			}
			out := c.OutOrStdout()
			for _, f := range findings {
				fmt.Fprintln(out, f)
			}
			warnings := 0
			for _, f := range findings {
				if !f.Warning {
					return &exit{code: exitUsage}
				}
				warnings++
			}
			switch warnings {
			case 0:
				fmt.Fprintf(out, "nothing found in %d feature files\n", len(files))
			default:
				fmt.Fprintf(out, "no mistakes in %d feature files; warnings: %d\n", len(files), warnings)
			}
			return nil
		},
	}
	c.Flags().StringVarP(&config, "config", "c", "", "configuration `file` whose APIs the features may name")
	return c
}
