package main

import (
	"errors"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/dpopspec/dpopspec/internal/visible"
	"github.com/dpopspec/dpopspec/reports"
)

// streams are where a command that writes reports prints: a report that takes standard
// output for itself, as json:- does, has it alone, and people read standard error.
type streams struct {
	pages    io.Writer        // pages for people: they make visible by themselves what strangers wrote
	lines    io.Writer        // lines for people
	terminal reports.Terminal // what stands behind both
	outputs  []reports.Output
	report   io.Writer // of reports that go to standard output
	beside   io.Writer // of annotations: commands to the system that runs the build
}

// streamsFor are the streams of a command with these outputs.
func streamsFor(c *cobra.Command, outputs []reports.Output) streams {
	s := streams{
		pages: screen(c), lines: c.OutOrStdout(), terminal: reports.DetectTerminal(os.Stdout, os.Getenv),
		outputs: outputs, report: unshielded(c), beside: unshielded(c),
	}
	if reports.TakesOutput(outputs) {
		s.beside = raw(c.ErrOrStderr())
		s.pages, s.lines = visible.NewPageWriter(s.beside), c.ErrOrStderr()
		s.terminal = reports.DetectTerminal(os.Stderr, os.Getenv)
	}
	return s
}

// write writes the reports and returns those that have been written.
func (s streams) write(masked reports.Redacted) ([]reports.Output, error) {
	own, beside := reports.Beside(s.outputs)
	_, untold := reports.Write(beside, masked, s.beside)
	written, err := reports.Write(own, masked, s.report)
	return written, errors.Join(untold, err)
}
