//go:build !unix

package headless

import "os/exec"

// group returns how to end a browser.
func group(cmd *exec.Cmd) func() {
	return func() {
		if cmd.Process != nil {
			cmd.Process.Kill() // an error says that it has ended
		}
	}
}
