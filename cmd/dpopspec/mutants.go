package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/mutants"
	"github.com/dpopspec/dpopspec/runner"
	"github.com/dpopspec/dpopspec/target"
)

func mutantsCommand() *cobra.Command {
	var party, id, format string
	c := &cobra.Command{
		Use:   "mutants",
		Short: "Run the scenarios against parties with one bug each and show who found it",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			list, err := mutants.Select(party, id)
			if err != nil {
				return err
			}
			return runMutants(c, list, party == "" && id == "", format)
		},
	}
	c.Flags().StringVar(&party, "party", "", "only the mutants of one `group`: validator, as, rs, client")
	c.Flags().StringVar(&id, "id", "", "only the mutants of this `id` or name: "+
		"PV-017, PV-017@api, PV-017/uncompared, PV-017@api/uncompared")
	c.Flags().StringVar(&format, "format", "text", "text, or json:FILE")
	return c
}

// runMutants plays the cases that the mutants need. Where they are all there
// are, that is every case, for the honest parties must pass every one.
func runMutants(c *cobra.Command, list []mutants.Mutant, all bool, format string) error {
	file, asJSON := strings.CutPrefix(format, "json:")
	if format != "text" && !asJSON {
		return fmt.Errorf("--format: %q is not text or json:FILE", format)
	}
	files, err := runner.ReadFS(features.FS)
	if err != nil {
		return err
	}
	plan, err := runner.NewPlan(files, target.Default(), runner.Selection{})
	if err != nil {
		return err
	}
	if !all {
		plan = plan.Concerning(list)
	}
	out := c.OutOrStdout()
	result, err := runner.Mutate(c.Context(), plan, list, func(k runner.Killed) {
		if len(k.By) == 0 {
			fmt.Fprintf(out, "✗ %-16s survived: %s (%d cases tried)\n", k.Mutant.Name(), k.Mutant.Does, len(k.Tried))
			return
		}
		fmt.Fprintf(out, "✓ %-16s killed by %s%s\n", k.Mutant.Name(), k.By[0], more(len(k.By)-1))
	})
	if err != nil {
		return &exit{exitCouldNotTest, err}
	}
	if asJSON {
		if err := writeMutation(file, result); err != nil {
			return &exit{exitCouldNotTest, err}
		}
	}
	for _, h := range result.HonestFailures() {
		fmt.Fprintf(out, "✗ the honest parties do not pass %s: %s %s\n", h.ID, h.Verdict, h.Reason)
	}
	survivors, honest := len(result.Survivors()), len(result.HonestFailures())
	fmt.Fprintf(out, "%d of %d mutants killed, honest parties: %d failures in %d cases\n",
		len(list)-survivors, len(list), honest, len(result.Honest))
	if survivors > 0 || honest > 0 {
		return &exit{code: exitNotConformant}
	}
	return nil
}

func more(n int) string {
	if n <= 0 {
		return ""
	}
	return fmt.Sprintf(" and %d more", n)
}

func writeMutation(file string, m *runner.Mutation) error {
	text, err := json.MarshalIndent(m.Document(), "", "  ")
	if err != nil {
		return err
	}
	if file == "-" {
		_, err = os.Stdout.Write(append(text, '\n'))
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o644)
}
