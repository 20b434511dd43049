package child

import (
	"os/exec"
	"unsafe"

	"golang.org/x/sys/windows"
)

// group is a job: a program with all that it has started after it was taken into it. The
// system ends a job when its last handle goes, which is ours: after a crash too.
type group struct {
	command *exec.Cmd
	job     windows.Handle // 0: there is none, and the program ends alone
}

func apart(*exec.Cmd) {}

func groupOf(c *exec.Cmd) *group {
	g := &group{command: c}
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return g
	}
	limits := windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION{
		BasicLimitInformation: windows.JOBOBJECT_BASIC_LIMIT_INFORMATION{
			LimitFlags: windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE,
		},
	}
	_, err = windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(&limits)), uint32(unsafe.Sizeof(limits)))
	if err == nil {
		err = assign(job, c.Process.Pid)
	}
	if err != nil {
		windows.CloseHandle(job)
		return g
	}
	g.job = job
	return g
}

func assign(job windows.Handle, pid int) error {
	process, err := windows.OpenProcess(windows.PROCESS_SET_QUOTA|windows.PROCESS_TERMINATE, false, uint32(pid))
	if err != nil {
		return err
	}
	defer windows.CloseHandle(process)
	return windows.AssignProcessToJobObject(job, process)
}

// An error of these says that nobody is there any more.

func (g *group) kill() {
	if g.job == 0 {
		g.command.Process.Kill()
		return
	}
	windows.TerminateJobObject(g.job, 1)
}

// ask does nothing: there is no such signal here.
func (g *group) ask() {}

func (g *group) close() {
	if g.job != 0 {
		windows.CloseHandle(g.job)
		g.job = 0
	}
}

// awaitExit waits until a program has ended.
func awaitExit(c *exec.Cmd) error { return c.Wait() }

// guard and release do nothing: jobs need no watchdog.
func guard(*group) {}

func wake() {}

func release(*group) {}
