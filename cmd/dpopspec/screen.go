package main

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/dpopspec/dpopspec/internal/visible"
)

// shield lets no control character of a stranger through to what a command prints,
// whatever it prints and by whatever error it ends.
func shield(command *cobra.Command) {
	command.SetOut(visible.NewWriter(command.OutOrStdout()))
	command.SetErr(visible.NewWriter(command.ErrOrStderr()))
}

// screen is the output of a command without its shield: for reports, which make
// visible by themselves what strangers wrote, and paint the terminal.
func screen(c *cobra.Command) io.Writer {
	if shielded, is := c.OutOrStdout().(*visible.Writer); is {
		return shielded.Raw
	}
	return c.OutOrStdout()
}
