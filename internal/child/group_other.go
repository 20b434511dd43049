//go:build !unix && !windows

package child

import "os/exec"

// group is a program alone: nothing is known here by which to end what it has started.
type group struct{ command *exec.Cmd }

func apart(*exec.Cmd) {}

func groupOf(c *exec.Cmd) *group { return &group{c} }

func (g *group) kill() { g.command.Process.Kill() }

func (g *group) ask() {}

func (g *group) close() {}

func awaitExit(c *exec.Cmd) error { return c.Wait() }

func guard(*group) {}

func wake() {}

func release(*group) {}
