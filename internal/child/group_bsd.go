//go:build unix && !linux

package child

import (
	"os/exec"
	"syscall"
)

// withUs does nothing: these systems know no such thing, the watchdog does it.
func withUs(*syscall.SysProcAttr) {}

// awaitExit waits until a program has ended.
func awaitExit(c *exec.Cmd) error { return c.Wait() }
