package main

import (
	"fmt"
	"io"
	"sync"

	"github.com/spf13/cobra"

	"github.com/dpopspec/dpopspec/internal/visible"
)

// shield lets no control character of a stranger through to what a command prints,
// whatever it prints and by whatever error it ends. What standard output does not take
// is told by the function that it returns.
func shield(command *cobra.Command) (unwritten func() error) {
	out := &sink{w: command.OutOrStdout()}
	command.SetOut(visible.NewWriter(out))
	command.SetErr(visible.NewWriter(command.ErrOrStderr()))
	return out.unwritten
}

// screen is the output of a command without its shield: for reports, which make
// visible by themselves what strangers wrote, and paint the terminal.
func screen(c *cobra.Command) io.Writer {
	if shielded, is := c.OutOrStdout().(*visible.Writer); is {
		return shielded.Raw
	}
	return c.OutOrStdout()
}

// sink is standard output. Once it takes nothing more, a closed pipe or a full disk, what
// is written there is dropped and the command goes on: it may have files to write.
type sink struct {
	w io.Writer

	mu  sync.Mutex
	err error // of the first write that failed
}

// Write implements io.Writer. It never fails.
func (s *sink) Write(data []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		_, s.err = s.w.Write(data)
	}
	return len(data), nil
}

// unwritten says that something is missing; nil: nothing is.
func (s *sink) unwritten() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		return nil
	}
	return fmt.Errorf("standard output takes nothing more (%w): what was printed since is lost, "+
		"and reports in files are not", s.err)
}
