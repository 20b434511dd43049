package main

import (
	"fmt"
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
