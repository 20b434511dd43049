package approval

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/dpopspec/dpopspec/internal/mask"
)

// What a program of the user's is told by its environment. What a server says is never
// an argument: it could be taken for an option.
const (
	UserCodeVariable     = "DPOPSPEC_USER_CODE"
	VerificationVariable = "DPOPSPEC_VERIFICATION_URI"
	CompleteVariable     = "DPOPSPEC_VERIFICATION_URI_COMPLETE"
)

const (
	patience   = 2 * time.Minute // for one approval
	farewell   = 2 * time.Second // how long what it has started may hold its output open
	mostSaid   = 4096            // octets of the end of standard error that are kept
	mostQuoted = 600             // of these in a message
)

// Program is a program of the user's that approves a device and ends with exit code 0.
type Program struct {
	Args []string
	Dir  string // where it runs; empty: here
	Env  map[string]string
}

// Approve runs the program for a device. The error says how it ended otherwise.
func (p Program) Approve(ctx context.Context, d Device) error {
	bounded, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	c := exec.CommandContext(bounded, p.Args[0], p.Args[1:]...)
	c.Dir = p.Dir
	if strings.Contains(p.Args[0], "/") && !filepath.IsAbs(p.Args[0]) { // from where it runs
		if path, err := filepath.Abs(filepath.Join(p.Dir, p.Args[0])); err == nil {
			c.Path = path
		}
	}
	c.Env = os.Environ()
	for name, value := range p.Env {
		c.Env = append(c.Env, name+"="+value)
	}
	for name, value := range map[string]string{
		UserCodeVariable: d.UserCode, VerificationVariable: d.VerificationURI, CompleteVariable: d.Complete,
	} {
		if !strings.Contains(value, "\x00") { // no environment holds that
			c.Env = append(c.Env, name+"="+value)
		}
	}
	said := &tail{}
	c.Stdout, c.Stderr = said, said
	c.WaitDelay = farewell
	group(c)
	err := c.Run()
	killGroup(c) // whatever it has left behind
	var exit *exec.ExitError
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case bounded.Err() != nil:
		return fmt.Errorf("the program that approves devices did not end within %s", patience)
	case errors.As(err, &exit):
		text := fmt.Sprintf("the program that approves devices ended with %s", exit.ProcessState)
		if words := said.last(); words != "" {
			text += " (it says " + words + ")"
		}
		return errors.New(text)
	}
	return fmt.Errorf("the program that approves devices cannot be run: %w", err)
}

// tail keeps the end of what is written.
type tail struct {
	mu   sync.Mutex
	text []byte
}

// Write implements io.Writer.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, p...)
	if over := len(t.text) - (mostSaid + 1); over > 0 {
		t.text = append(t.text[:0], t.text[over:]...)
	}
	return len(p), nil
}

// last is its end in one line, with a mark where it was cut.
func (t *tail) last() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.Join(strings.Fields(mask.Tail(string(bytes.ToValidUTF8(t.text, nil)), mostQuoted)), " ")
}
