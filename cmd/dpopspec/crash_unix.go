//go:build unix

package main

import (
	"runtime/debug"
	"syscall"
)

// crashApart lets a fault of ours, a panic in whatever goroutine, end the program as by
// SIGABRT, which a shell tells as 134: the exit code of Go is that of bad usage. Secrets
// are in memory then, so no core is left of it; a limit that cannot be set is no reason
// not to run.
func crashApart() {
	debug.SetTraceback("crash")
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_CORE, &limit) == nil {
		limit.Cur = 0
		_ = syscall.Setrlimit(syscall.RLIMIT_CORE, &limit)
	}
}
