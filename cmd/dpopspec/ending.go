package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/dpopspec/dpopspec/reports"
)

// endingFlags say what a verdict is worth to whoever started the command.
type endingFlags struct {
	failOn string
	zero   bool
}

func (f *endingFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.failOn, "fail-on", "", "`verdict` that ends with exit code 1 too: partial")
	c.Flags().BoolVar(&f.zero, "exit-zero", false,
		"end with exit code 0 whatever the verdict, for jobs that only report; a signal is none")
	c.MarkFlagsMutuallyExclusive("fail-on", "exit-zero")
	requires(c, func() error {
		if f.failOn != "" && f.failOn != string(reports.Partial) {
			return fmt.Errorf("--fail-on: %q is no verdict that ends with another code than 1 by itself; "+
				"there is: partial", f.failOn)
		}
		return nil
	})
}

// requires has a command look at its flags before it does anything, after what it looks
// at already.
func requires(c *cobra.Command, sound func() error) {
	before := c.PreRunE
	c.PreRunE = func(c *cobra.Command, args []string) error {
		if before != nil {
			if err := before(c, args); err != nil {
				return err
			}
		}
		return sound()
	}
}

// of is how the command ends after a run. One that a signal has interrupted has come to
// no verdict: 0 would say that the job has done its work.
func (f *endingFlags) of(ctx context.Context, run *reports.Run) error {
	code := run.ExitCode()
	switch {
	case f.zero && ctx.Err() != nil:
		code = max(code, exitCouldNotTest)
	case f.zero:
		return nil
	case code == exitConformant && f.failOn != "" && run.Conformance() == reports.Partial:
		code = exitNotConformant
	}
	if code == exitConformant {
		return nil
	}
	return &exit{code: code}
}
