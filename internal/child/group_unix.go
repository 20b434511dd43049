//go:build unix

package child

import (
	"os/exec"
	"syscall"
)

// group is a process group: a program with all that it has started, save what has left
// it (setsid): see killStrays.
type group struct{ leader int }

// apart gives a program a group of its own: go run and npm start are parents of the
// server that is meant.
func apart(c *exec.Cmd) {
	if c.SysProcAttr == nil {
		c.SysProcAttr = &syscall.SysProcAttr{}
	}
	c.SysProcAttr.Setpgid = true
	withUs(c.SysProcAttr)
}

func groupOf(c *exec.Cmd) *group { return &group{c.Process.Pid} }

// An error of these says that nobody is there any more.

func (g *group) kill() { syscall.Kill(-g.leader, syscall.SIGKILL) }

func (g *group) ask() { syscall.Kill(-g.leader, syscall.SIGTERM) }

func (g *group) close() {}
