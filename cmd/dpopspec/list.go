package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dpopspec/dpopspec/internal/visible"
	"github.com/dpopspec/dpopspec/runner"
)

func listCommand() *cobra.Command {
	var t targetFlags
	var s selectionFlags
	var coverage, tags bool
	var format string
	c := &cobra.Command{
		Use:   "list [feature files or folders]",
		Short: "List cases, or with --coverage the requirements and the cases that test them",
		RunE: func(c *cobra.Command, args []string) error {
			if format != "text" && format != "json" {
				return fmt.Errorf("--format: %q is not one of text, json", format)
			}
			flags := runFlags{target: t, selection: s}
			loaded, err := t.load()
			if err != nil {
				return err
			}
			plan, err := flags.plan(loaded, args, nil)
			if err != nil {
				return err
			}
			out := c.OutOrStdout()
			switch {
			case coverage && format == "json":
				document := map[string]any{"requirements": plan.Coverage()}
				return json.NewEncoder(visible.NewJSONWriter(out)).Encode(document)
			case coverage:
				printCoverage(out, plan)
			case tags:
				printTags(out, plan)
			case format == "json":
				return json.NewEncoder(visible.NewJSONWriter(out)).Encode(map[string]any{"cases": plan.Listing()})
			default:
				printCases(out, plan)
			}
			return nil
		},
	}
	t.add(c)
	s.add(c)
	c.Flags().BoolVar(&coverage, "coverage", false, "list requirements with the cases that test them, or why none does")
	c.Flags().BoolVar(&tags, "tags-only", false, "list the tags that scenarios carry")
	c.Flags().StringVar(&format, "format", "text", "text or json")
	return c
}

func printCases(out io.Writer, plan *runner.Plan) {
	for _, c := range plan.Cases {
		fmt.Fprintf(out, "%s\n    %s", c.ID, c.Scenario)
		if c.Row != "" {
			fmt.Fprintf(out, " (%s)", c.Row)
		}
		fmt.Fprintf(out, "\n    %s:%d  %s\n", c.Feature, c.Line, strings.Join(c.RequirementIDs(), " "))
		if c.Skip != "" {
			fmt.Fprintf(out, "    not run: %s\n", c.Skip)
		}
	}
	fmt.Fprintf(out, "%d cases\n", len(plan.Cases))
}

func printTags(out io.Writer, plan *runner.Plan) {
	counts := map[string]int{}
	for _, c := range plan.Cases {
		for _, tag := range c.Tags {
			counts[tag]++
		}
	}
	names := make([]string, 0, len(counts))
	for name := range counts {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		fmt.Fprintf(out, "@%-32s %d cases\n", name, counts[name])
	}
}

func printCoverage(out io.Writer, plan *runner.Plan) {
	var covered, waived, open int
	for _, r := range plan.Coverage() {
		switch {
		case len(r.Cases) > 0:
			covered++
			fmt.Fprintf(out, "%-24s %-4s %d cases", r.ID, r.Verdict, len(r.Cases))
			if len(r.Missing) > 0 {
				fmt.Fprintf(out, ", none at %s", strings.Join(r.Missing, ", "))
			}
			fmt.Fprintln(out)
		case r.Waived != "":
			waived++
			fmt.Fprintf(out, "%-24s %-4s waived: %s\n", r.ID, r.Verdict, r.Waived)
		default:
			open++
			fmt.Fprintf(out, "%-24s %-4s no case\n", r.ID, r.Verdict)
		}
	}
	fmt.Fprintf(out, "%d requirements covered, %d waived, %d without a case\n", covered, waived, open)
}
