//go:build unix

package target

import (
	"os/exec"
	"syscall"
)

// group gives a program a process group of its own, so that what it starts
// ends with it: go run and npm start are parents of the server that is meant.
func group(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return killGroup(c) }
}

func killGroup(c *exec.Cmd) error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
