package headless

import "syscall"

// withUs lets the browser end with us, however we end.
func withUs(attributes *syscall.SysProcAttr) { attributes.Pdeathsig = syscall.SIGKILL }
