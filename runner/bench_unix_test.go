//go:build unix

package runner

import (
	"syscall"
	"testing"
	"time"
)

// processorTime is what this process has used so far, of the user and the system.
func processorTime(b *testing.B) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
