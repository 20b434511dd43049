package child

import (
	"errors"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// withUs lets a program end with the thread that starts it, which is with us, however we
// end. What it has started is the watchdog's.
func withUs(attributes *syscall.SysProcAttr) { attributes.Pdeathsig = syscall.SIGKILL }

// awaitExit waits until a program has ended, and leaves it for Wait: until then the
// number of its group is nobody else's.
func awaitExit(c *exec.Cmd) error {
	var info unix.Siginfo
	for {
		err := unix.Waitid(unix.P_PID, c.Process.Pid, &info, unix.WEXITED|unix.WNOWAIT, nil)
		if !errors.Is(err, unix.EINTR) {
			return nil // of any other error Wait tells
		}
	}
}
