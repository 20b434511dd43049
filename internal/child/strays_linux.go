package child

import (
	"os"
	"strconv"
)

// mostSweeps is how often strays are looked for: one may start another while it is ended.
const mostSweeps = 10

// killStrays ends what bears a mark, wherever it has gone. Those of other users cannot be
// seen.
func killStrays(mark string) {
	for range mostSweeps {
		if mark == "" || !sweep(mark) {
			return
		}
	}
}

// sweep ends what bears a mark now, and reports whether there was anything.
func sweep(mark string) (found bool) {
	proc, err := os.Open("/proc")
	if err != nil {
		return false
	}
	defer proc.Close()
	names, _ := proc.Readdirnames(-1) // what could be read is better than nothing
	for _, name := range names {
		if pid, err := strconv.Atoi(name); err == nil && bearsNow(name, mark) {
			found = killMarked(pid, mark) || found
		}
	}
	return found
}

// killMarked ends a process that bears a mark, and nobody who has its number by now.
func killMarked(pid int, mark string) bool {
	p, err := os.FindProcess(pid) // holds on to it, where the system can
	if err != nil {
		return false
	}
	defer p.Release()
	return bearsNow(strconv.Itoa(pid), mark) && p.Kill() == nil
}

// bearsNow is bears for a process. One that has ended has no environment.
func bearsNow(pid, mark string) bool {
	environment, err := os.ReadFile("/proc/" + pid + "/environ")
	return err == nil && bears(string(environment), mark)
}
