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
		Long: `Explain what stands behind an id or a word of a report: the text in our words,
where it stands, the attack that it prevents, what to change, the scenarios that
test it, mutants that show that they can fail, what profiles make of it, real
products that were seen to do otherwise, and the command that runs just that.`,
		Example: `  dpopspec explain RFC9449-4.3-43
  dpopspec explain proof-method/a-proof-for-another-method-is-refused/get@token
  dpopspec explain PV-017
  dpopspec explain failed/proof-key/api/accepted
  dpopspec explain inconclusive`,
		Args: cobra.MinimumNArgs(1), // not conformant
		RunE: func(c *cobra.Command, args []string) error {
			if format != "text" && format != "json" {
				return fmt.Errorf("--format: %q is not one of text, json", format)
			}
			e, err := explain.Of(strings.Join(args, " "))
			if err != nil {
				return err
			}
			out := c.OutOrStdout()
			if format == "json" {
				encoder := json.NewEncoder(visible.NewJSONWriter(out))
				encoder.SetIndent("", "  ")
				return encoder.Encode(e)
			}
			_, err = fmt.Fprint(out, e)
			return err
		},
	}
	c.Flags().StringVar(&format, "format", "text", "text or json")
	return c
}
