//go:build !unix

package runner

import (
	"testing"
	"time"
)

// processorTime is told by the systems of [syscall.Getrusage] alone.
func processorTime(b *testing.B) time.Duration {
	b.Skip("this system does not tell the time of the processor so")
	return 0
}
