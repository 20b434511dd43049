package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dpopspec/dpopspec/internal/explain"
	"github.com/dpopspec/dpopspec/internal/visible"
)

func explainCommand() *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:   "explain ID",
		Short: "Explain a requirement, a case, a mutant, a cause or a verdict",
		Long: `Explain what an id or a word of a report stands for: the text in our words and where
it is read, the attack that a violation opens, the remedy, the scenarios that test it
and the mutants that show that they can fail, what a violation is worth under each
profile, and what real products were seen to do.`,
		Example: `  dpopspec explain RFC9449-4.3-43
  dpopspec explain inconclusive
  dpopspec explain PV-017`,
		Args: cobra.MinimumNArgs(1), // not conformant
		RunE: func(c *cobra.Command, args []string) error {
			if format != "text" && format != "json" {
				return fmt.Errorf("--format: %q is not one of text, json", format)
			}
			e, err := explain.Of(strings.Join(args, " "))
			if err != nil {
				return err
			}
			if format == "json" {
				encoder := json.NewEncoder(visible.NewJSONWriter(c.OutOrStdout()))
				encoder.SetIndent("", "  ")
				return encoder.Encode(e)
			}
			return e.Write(c.OutOrStdout())
		},
	}
	c.Flags().StringVar(&format, "format", "text", "text or json")
	return c
}
