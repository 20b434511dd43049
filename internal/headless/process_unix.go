//go:build unix

package headless

import (
	"os/exec"
	"syscall"
)

// group gives a browser a process group of its own and returns how to end all of it.
func group(cmd *exec.Cmd) func() {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
	withUs(cmd.SysProcAttr)
	return func() {
		if cmd.Process != nil {
			syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // an error says that it has ended
		}
	}
}
