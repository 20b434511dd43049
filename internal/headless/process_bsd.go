//go:build unix && !linux

package headless

import "syscall"

// withUs does nothing where the system knows no such thing: the browser ends when its
// pipes close.
func withUs(*syscall.SysProcAttr) {}
