package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dpopspec/dpopspec/internal/surrounded"
	"github.com/dpopspec/dpopspec/surroundings"
)

func surroundingsCommand() *cobra.Command {
	var id, format string
	var o surrounded.Options
	var verbose bool
	c := &cobra.Command{
		Use:   "surroundings",
		Short: "Run scenarios in surroundings that must not turn a verdict, and count those that are turned",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			rows, err := surroundings.Select(id)
			if err != nil {
				return err
			}
			if o.Seeds < 1 {
				return fmt.Errorf("--seeds: %d is not a number of runs; at least 1", o.Seeds)
			}
			return surround(c, rows, o, format, verbose)
		},
	}
	c.Flags().StringVar(&id, "id", "", "only the rows of this `id` or name: SU-12, 401-5-percent, SU-12/401-5-percent; "+
		"slow ones are played only so")
	c.Flags().IntVar(&o.Seeds, "seeds", 3, "how many runs of each row, each with another lot; with every third one "+
		"both servers are disturbed, the authorization server alone, the API alone")
	c.Flags().BoolVar(&o.Whole, "whole", false, "play every case, not only those few that tell much")
	c.Flags().StringVar(&format, "format", "text", "text, or json:FILE")
	c.Flags().BoolVar(&verbose, "verbose", false, "name every case whose verdict was turned")
	return c
}

func surround(
	c *cobra.Command, rows []surroundings.Row, o surrounded.Options, format string, verbose bool,
) error {
	file, asJSON := strings.CutPrefix(format, "json:")
	if format != "text" && !asJSON {
		return fmt.Errorf("--format: %q is not text or json:FILE", format)
	}
	defer hold(c.Context())()
	out := c.OutOrStdout()
	if file == "-" {
		out = c.ErrOrStderr() // the document has standard output for itself
	}
	var played []surrounded.Result
	o.Done = func(s surrounded.Result) {
		if c.Context().Err() != nil { // it may have been cut short
			return
		}
		played = append(played, s)
		tellOfRow(out, s)
		if verbose {
			tellOfCases(out, s)
		}
	}
	results, err := surrounded.Play(c.Context(), rows, o)
	interrupted := c.Context().Err() != nil
	switch {
	case interrupted:
		results = played
	case err != nil:
		return &exit{exitCouldNotTest, err}
	}
	document := surrounded.DocumentOf(results)
	var unwritten error
	if asJSON {
		unwritten = writeSurrounded(file, unshielded(c), document, interrupted)
	}
	fmt.Fprintf(out, "%d of %d rows hold: %d false passes, %d false failures\n",
		document.Holding, len(results), document.FalsePasses, document.FalseFailures)
	if interrupted {
		err = fmt.Errorf("interrupted: %d of %d rows were played", len(results), len(rows))
		return butFor(&exit{exitCouldNotTest, err}, unwritten)
	}
	if document.Holding < len(results) {
		return butFor(&exit{code: exitNotConformant}, unwritten)
	}
	return butFor(nil, unwritten)
}

func tellOfRow(out io.Writer, s surrounded.Result) {
	mark := "✓"
	if !s.Holds() {
		mark = "✗"
	}
	fmt.Fprintf(out, "%s %-34s %3d false passes, %3d false failures", mark, s.Row.Name(),
		len(s.FalsePasses), len(s.FalseFailures))
	if s.Problem != nil {
		fmt.Fprintf(out, "; %v", s.Problem)
	}
	for _, what := range s.Wrong() {
		fmt.Fprintf(out, "; %s", what)
	}
	fmt.Fprintln(out)
}

func tellOfCases(out io.Writer, s surrounded.Result) {
	for _, r := range s.Runs {
		fmt.Fprintf(out, "    %s, seed %d: %s, exit %d, %d requests, %d disturbed; %d passed, %d failed, %d warned, "+
			"%d inconclusive, %d errored, %d skipped\n", r.Subject, r.Seed, r.Conformance, r.Exit, r.Requests, r.Disturbed,
			r.Summary.Passed, r.Summary.Failed, r.Summary.Warned, r.Summary.Inconclusive, r.Summary.Errored, r.Summary.Skipped)
	}
	for _, m := range s.FalsePasses {
		fmt.Fprintf(out, "    passed (seed %d): %s: %s\n", m.Seed, m.Case, m.Reason)
	}
	for _, m := range s.FalseFailures {
		fmt.Fprintf(out, "    failed (seed %d): %s: %s\n", m.Seed, m.Case, m.Reason)
	}
}

func writeSurrounded(file string, stdout io.Writer, d surrounded.Document, interrupted bool) error {
	return writeDocument(file, stdout, struct {
		surrounded.Document
		Interrupted bool `json:"interrupted,omitempty"` // by a signal: of the other rows nothing is known
	}{d, interrupted})
}
