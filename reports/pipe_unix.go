//go:build unix

package reports

import (
	"errors"
	"syscall"
)

// withoutWaiting is the flag by which a pipe is opened that nobody may read yet.
const withoutWaiting = syscall.O_NONBLOCK

// nobodyReads reports whether a pipe was not opened because nobody reads it.
func nobodyReads(err error) bool { return errors.Is(err, syscall.ENXIO) }
