package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/mutation"
	"github.com/dpopspec/dpopspec/internal/places"
	"github.com/dpopspec/dpopspec/internal/visible"
	"github.com/dpopspec/dpopspec/mutants"
	"github.com/dpopspec/dpopspec/runner"
	"github.com/dpopspec/dpopspec/target"
)

type mutantsFlags struct {
	party, id, format, level, rank string
	real                           bool
}

func mutantsCommand() *cobra.Command {
	var f mutantsFlags
	c := &cobra.Command{
		Use:   "mutants",
		Short: "Run the scenarios against parties with one bug each and show who found it",
		Long: `Run the scenarios against parties with one bug each and show who found it.

Exit code 1 if a bug survives, except at the level quick, or if the honest parties
fail. A run of everything also shows what each level costs a tenant and finds, and
fails if the ranking of the cases, on which the levels rest, does not fit any more.

With --real the servers are known by a configuration alone, as anybody's are, in
several set-ups; a few bugs that nobody can see from there are named with the reason.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			list, err := mutants.Select(f.party, f.id)
			if err != nil {
				return err
			}
			if f.real {
				list = slices.DeleteFunc(list, func(m mutants.Mutant) bool { return m.Subject() == target.ClientRole })
			}
			if len(list) == 0 {
				return errors.New("--real: these are mutants of clients; only those of servers are tried so")
			}
			return f.run(c, list)
		},
	}
	c.Flags().StringVar(&f.party, "party", "", "only the mutants of one `group`: validator, as, rs, client")
	c.Flags().StringVar(&f.id, "id", "", "only the mutants of this `id` or name: "+
		"PV-017, PV-017@api, PV-017/uncompared, PV-017@api/uncompared")
	c.Flags().StringVar(&f.format, "format", "text", "text, or json:FILE")
	c.Flags().StringVar(&f.level, "level", features.Full, "play the cases of a `level`: quick, standard or full")
	c.Flags().StringVar(&f.rank, "rank", "", "rank the cases by what they find, and write that to a `file`: make levels")
	c.Flags().BoolVar(&f.real, "real", false, "of servers alone, known by a configuration alone, as anybody's are")
	for _, other := range []string{"party", "id", "level", "real"} {
		c.MarkFlagsMutuallyExclusive("rank", other)
	}
	return c
}

// whole reports whether every case is played against every mutant.
func (f *mutantsFlags) whole() bool {
	return !f.real && f.party == "" && f.id == "" && f.level == features.Full
}

// run plays the cases that the mutants need. Where they are all there are, that is
// every case, for the honest parties must pass every one.
func (f *mutantsFlags) run(c *cobra.Command, list []mutants.Mutant) error {
	file, asJSON := strings.CutPrefix(f.format, "json:")
	if f.format != "text" && !asJSON {
		return fmt.Errorf("--format: %q is not text or json:FILE", f.format)
	}
	if asJSON {
		var files places.Files
		if err := errors.Join(files.Writes("--rank", f.rank), files.Writes("--format json", file)); err != nil {
			return err
		}
	}
	plan, err := f.plan()
	if err != nil {
		return err
	}
	if f.party != "" || f.id != "" {
		plan = mutation.Concerning(plan, list)
	}
	defer hold(c.Context())()
	out := c.OutOrStdout()
	if asJSON && file == "-" {
		out = c.ErrOrStderr() // the document has standard output for itself
	}
	hidden := 0        // mutants that nobody can find where they are
	var stale []string // those that are said to be, and are found
	var tried []mutation.Killed
	result, err := f.mutate(c.Context(), plan, list, func(k mutation.Killed) {
		if c.Context().Err() != nil { // its cases may have been cut short
			return
		}
		tried = append(tried, k)
		if why := f.outOfSight(k.Mutant); why != "" && len(k.By) == 0 {
			hidden++
			fmt.Fprintf(out, "– %-16s is out of sight: %s\n", k.Mutant.Name(), why)
			return
		} else if why != "" {
			stale = append(stale, k.Mutant.Name())
		}
		if len(k.By) == 0 {
			fmt.Fprintf(out, "✗ %-16s survived: %s (%d cases tried)\n", k.Mutant.Name(), k.Mutant.Does, len(k.Tried))
			return
		}
		fmt.Fprintf(out, "✓ %-16s killed by %s%s\n", k.Mutant.Name(), k.By[0], more(len(k.By)-1))
	})
	interrupted := c.Context().Err() != nil
	switch {
	case interrupted: // the honest parties' cases may have been cut short, so nothing is said of them
		result = &mutation.Mutation{Killed: tried}
	case err != nil:
		return &exit{exitCouldNotTest, err}
	}
	var unwritten error // whose loss is told at the end: the run took long
	if asJSON {
		unwritten = writeMutation(file, unshielded(c), result, interrupted)
	}
	if interrupted {
		err = fmt.Errorf("interrupted: %d of %d mutants were tried", len(tried), len(list))
		return butFor(&exit{exitCouldNotTest, err}, unwritten)
	}
	fits := true
	switch {
	case f.rank != "":
		err = rank(c.Context(), f.rank, plan, result)
	case f.whole():
		fits, err = showLevels(c.Context(), out, plan, result)
	}
	if err != nil {
		return butFor(&exit{exitCouldNotTest, err}, unwritten)
	}
	for _, h := range result.HonestFailures() {
		fmt.Fprintf(out, "✗ the honest parties do not pass %s: %s %s\n", h.ID, h.Verdict, h.Reason)
	}
	for _, name := range stale {
		fmt.Fprintf(out, "✗ %s is found, and said to be out of sight in internal/mutation/outofsight.go\n", name)
		fits = false
	}
	survivors, honest := len(result.Survivors())-hidden, len(result.HonestFailures())
	fmt.Fprintf(out, "%d of %d mutants killed, honest parties: %d failures in %d cases\n",
		len(list)-survivors-hidden, len(list)-hidden, honest, len(result.Honest))
	if survivors > 0 && f.level != features.Quick || honest > 0 || !fits {
		return butFor(&exit{code: exitNotConformant}, unwritten)
	}
	return butFor(nil, unwritten)
}

// outOfSight says why nobody finds a mutant where it is; empty if it must be found.
func (f *mutantsFlags) outOfSight(m mutants.Mutant) string {
	if !f.real {
		return ""
	}
	return mutation.OutOfSight(m)
}

func (f *mutantsFlags) mutate(
	ctx context.Context, plan *runner.Plan, list []mutants.Mutant, done func(mutation.Killed),
) (*mutation.Mutation, error) {
	if !f.real {
		return mutation.Mutate(ctx, plan, list, done)
	}
	files, err := runner.BuiltIn()
	if err != nil {
		return nil, err
	}
	return mutation.Real(ctx, files, f.level, list, done)
}

// plan is that of the built-in cases of the level, with every party embedded.
func (f *mutantsFlags) plan() (*runner.Plan, error) {
	files, err := runner.BuiltIn()
	if err != nil {
		return nil, err
	}
	if err := features.KnownLevel(f.level); err != nil {
		return nil, fmt.Errorf("--level: %w", err)
	}
	t := target.Default()
	t.Limits.Level = f.level
	return runner.NewPlan(files, t, runner.Selection{})
}

func more(n int) string {
	if n <= 0 {
		return ""
	}
	return fmt.Sprintf(" and %d more", n)
}

func writeMutation(file string, stdout io.Writer, m *mutation.Mutation, interrupted bool) error {
	ranking, err := features.LoadRanking()
	if err != nil {
		return err
	}
	return writeDocument(file, stdout, struct {
		mutation.Document
		Interrupted bool `json:"interrupted,omitempty"` // by a signal: of the other mutants nothing is known
	}{m.Document(ranking), interrupted})
}

// writeDocument writes JSON to a file, or to standard output if that is named "-".
func writeDocument(file string, stdout io.Writer, document any) error {
	text, err := json.MarshalIndent(document, "", "  ")
	if err != nil {
		return err
	}
	said := visible.JSON(string(text)) + "\n"
	if file == "-" {
		_, err = io.WriteString(stdout, said)
		return err
	}
	return os.WriteFile(file, []byte(said), 0o644)
}
