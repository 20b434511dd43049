package main

import (
	"errors"
	"fmt"

	"github.com/dpopspec/dpopspec/runner"
)

// Exit codes, as the documentation promises them.
const (
	exitConformant    = 0
	exitNotConformant = 1
	exitUsage         = 2
	exitCouldNotTest  = 3
)

// exit is an error that carries an exit code. Without a cause nothing more is
// printed: the report has said it all.
type exit struct {
	code  int
	cause error
}

func (e *exit) Error() string {
	if e.cause == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.cause.Error()
}

func (e *exit) Unwrap() error { return e.cause }

// butFor is how a command ends of which an output could not be written: with what went
// wrong said, and with exit code 3 where all else is well. A verdict stays.
func butFor(ended, unwritten error) error {
	if unwritten == nil {
		return ended
	}
	code := exitCode(ended)
	if code == exitConformant {
		code = exitCouldNotTest
	}
	var e *exit
	if errors.As(ended, &e) {
		ended = e.cause
	}
	return &exit{code, errors.Join(ended, unwritten)}
}

// exitCode is the code of an error: of one that has none, that of bad usage.
func exitCode(err error) int {
	var e *exit
	var empty *runner.EmptySelection
	switch {
	case err == nil:
		return exitConformant
	case errors.As(err, &e):
		return e.code
	case errors.As(err, &empty):
		return exitCouldNotTest
	}
	return exitUsage
}
