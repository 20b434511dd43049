//go:build unix

package child

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

// watchdogName is the name by which this program, started again, is the watchdog.
const watchdogName = "dpopspec-watchdog"

// watchdog is where the watchdog is told of groups, "+123" or "-123" a line; nil: none
// runs. groups.mu guards it.
var watchdog *os.File

// The watchdog is this program once more: no other is sure to be there. It begins here,
// before main, for tests have a main of their own.
func init() {
	if len(os.Args) == 1 && os.Args[0] == watchdogName {
		signal.Ignore(syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGPIPE)
		watch(os.Stdin, func(leader int) { (&group{leader}).kill() }, killStrays)
		os.Exit(0)
	}
}

// watch reads of groups until we have ended, however, and kills those that are left, and
// what bears our mark, which comes first: also what was started the moment before.
func watch(told io.Reader, kill func(leader int), strays func(mark string)) {
	left := map[int]bool{}
	lines := bufio.NewScanner(told)
	lines.Scan()
	mark := lines.Text()
	for lines.Scan() {
		leader, err := strconv.Atoi(lines.Text()) // -123 goes
		switch {
		case err != nil:
		case leader > 1: // 1 would be everybody
			left[leader] = true
		default:
			delete(left, -leader)
		}
	}
	for leader := range left {
		kill(leader)
	}
	strays(mark)
}

// wake starts a watchdog if there is none, before it is told of the first group.
func wake() {
	if watchdog == nil {
		watchdog = startWatchdog()
	}
}

// guard tells the watchdog of a group, and starts one if there is none. Without it a
// group ends by all but a crash of ours, so that it lacks is no reason not to run.
func guard(g *group) {
	if watchdog != nil && tell(g.leader) == nil {
		return
	}
	watchdog = startWatchdog()
	for other := range groups.live {
		if tell(other.leader) != nil {
			return
		}
	}
}

// release tells the watchdog that a group has ended.
func release(g *group) {
	if watchdog != nil {
		tell(-g.leader) // one that has gone is replaced with the next program
	}
}

// tell writes a line to the watchdog. One that does not read must not hold us up.
func tell(leader int) error {
	if watchdog == nil {
		return os.ErrClosed
	}
	watchdog.SetWriteDeadline(time.Now().Add(time.Second)) // an error would come from the write too
	_, err := fmt.Fprintf(watchdog, "%+d\n", leader)
	return err
}

// startWatchdog starts one, in a session of its own, where no signal of a terminal
// reaches it, and without anything of ours but the pipe: nobody waits for it.
func startWatchdog() *os.File {
	if watchdog != nil {
		watchdog.Close()
	}
	program := "/proc/self/exe" // also one that has been replaced or removed
	if _, err := os.Stat(program); err != nil {
		if program, err = os.Executable(); err != nil {
			return nil
		}
	}
	read, write, err := os.Pipe()
	if err != nil {
		return nil
	}
	defer read.Close()
	c := exec.Command(program)
	c.Args, c.Env, c.Dir, c.Stdin = []string{watchdogName}, []string{}, "/", read
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if c.Start() != nil {
		write.Close()
		return nil
	}
	go c.Wait()
	fmt.Fprintln(write, us)
	return write
}
