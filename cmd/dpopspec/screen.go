package main

import (
	"errors"
	"io"

	"github.com/spf13/cobra"

	"github.com/dpopspec/dpopspec/internal/visible"
)

// shield lets no control character of a stranger, and no command to the system that
// runs the build, through to what a command prints, whatever it prints and by whatever
// error it ends. At its end, what the shield kept is to be written.
func shield(command *cobra.Command) (end func() error) {
	out, errs := visible.NewWriter(command.OutOrStdout()), visible.NewWriter(command.ErrOrStderr())
	command.SetOut(out)
	command.SetErr(errs)
	return func() error { return errors.Join(out.Flush(), errs.Flush()) }
}

// screen is the output of a command for pages, which make visible by themselves what
// strangers wrote, and paint the terminal: only commands are looked for.
func screen(c *cobra.Command) io.Writer { return visible.NewPageWriter(unshielded(c)) }

// unshielded is the output of a command without its shield, for reports.Write, which
// knows of each format what may stand in it.
func unshielded(c *cobra.Command) io.Writer {
	if shielded, is := c.OutOrStdout().(*visible.Writer); is {
		return shielded.Raw
	}
	return c.OutOrStdout()
}
