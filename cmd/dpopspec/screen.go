package main

import (
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/spf13/cobra"

	"github.com/dpopspec/dpopspec/internal/visible"
)

// shield lets no control character of a stranger, and no command to the system that
// runs the build, through to what a command prints, whatever it prints and by whatever
// error it ends. Once the command has run, unwritten writes what the shield kept of
// standard output and tells what that did not take; end writes what it kept of standard
// error, once that is all.
func shield(command *cobra.Command) (unwritten func() error, end func()) {
	stdout := &sink{w: command.OutOrStdout()}
	out, errs := visible.NewWriter(stdout), visible.NewWriter(command.ErrOrStderr())
	command.SetOut(out)
	command.SetErr(errs)
	unwritten = func() error {
		return errors.Join(out.Flush(), stdout.unwritten())
	}
	return unwritten, func() { _ = errs.Flush() } // one that takes nothing any more cannot be told so
}

// screen is the output of a command for pages, which make visible by themselves what
// strangers wrote, and paint the terminal: only commands are looked for.
func screen(c *cobra.Command) io.Writer { return visible.NewPageWriter(unshielded(c)) }

// unshielded is the output of a command without its shield, for reports.Write, which
// knows of each format what may stand in it.
func unshielded(c *cobra.Command) io.Writer { return raw(c.OutOrStdout()) }

// raw is a stream without its shield.
func raw(w io.Writer) io.Writer {
	if shielded, is := w.(*visible.Writer); is {
		return shielded.Raw
	}
	return w
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
