package child

import (
	"errors"
	"os/exec"
	"runtime"
	"sync"
)

// groups are those that run: a program of ours each, with all that it has started.
var groups = struct {
	mu   sync.Mutex
	live map[*group]bool
	over bool // nothing is started any more
}{live: map[*group]bool{}}

// ErrOver says that a program was to be started while all were ended.
var ErrOver = errors.New("the run is being ended: no program is started any more")

// starts are functions that start a program. One thread runs them all and never ends:
// where a program ends with its parent, the system means the thread that started it.
var starts = sync.OnceValue(func() chan<- func() {
	queue := make(chan func())
	go func() {
		runtime.LockOSThread()
		for start := range queue {
			start()
		}
	}()
	return queue
})

// begin starts the program of a process and notes its group.
func begin(p *Process) error {
	failed := make(chan error)
	starts() <- func() {
		groups.mu.Lock()
		defer groups.mu.Unlock()
		if groups.over {
			failed <- ErrOver
			return
		}
		wake() // takes longer than a program takes to start others
		if err := p.command.Start(); err != nil {
			failed <- err
			return
		}
		g := groupOf(p.command)
		note(g)
		p.group = g
		p.kill = sync.OnceFunc(func() {
			end(g)
			killStrays(markOf(p.command.Env))
			close(p.killed)
		})
		failed <- nil
	}
	return <-failed
}

// note adds a group to those that run; the caller holds groups.mu.
func note(g *group) {
	groups.live[g] = true
	guard(g)
}

// end kills a group, unless it has been forgotten: its number may be another's then.
func end(g *group) {
	groups.mu.Lock()
	defer groups.mu.Unlock()
	if groups.live[g] {
		g.kill()
	}
}

// ask asks the processes of a group to end.
func ask(p *Process) {
	groups.mu.Lock()
	defer groups.mu.Unlock()
	if groups.live[p.group] {
		p.group.ask()
	}
}

// forget takes a group from those that run.
func forget(g *group) {
	groups.mu.Lock()
	defer groups.mu.Unlock()
	delete(groups.live, g)
	release(g)
	g.close()
}

// EndAll ends all programs with all that they have started, at once, and lets none be
// started any more: for who ends without winding down.
func EndAll() {
	groups.mu.Lock()
	defer groups.mu.Unlock()
	groups.over = true
	for g := range groups.live {
		g.kill()
	}
	if marks.Load() > 0 {
		killStrays(us)
	}
}

// Apart prepares a program that a library starts: it will have a group of its own.
func Apart(c *exec.Cmd) {
	groups.mu.Lock()
	defer groups.mu.Unlock()
	wake()
	c.Env = marked(c.Environ())
	apart(c)
}

// Adopt takes a program into care that a library has started, after Apart: it ends with
// all that it has started when the function is called that is returned, by EndAll, and
// after a crash of ours.
func Adopt(c *exec.Cmd) (endIt func()) {
	if c.Process == nil {
		return func() {}
	}
	groups.mu.Lock()
	defer groups.mu.Unlock()
	g := groupOf(c)
	note(g)
	return sync.OnceFunc(func() {
		end(g)
		killStrays(markOf(c.Env))
		forget(g)
	})
}
