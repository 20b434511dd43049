package approval

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/dpopspec/dpopspec/internal/child"
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
	mostSaid   = 4096            // octets of the end of standard error that are kept
	mostQuoted = 600             // of these in a message
)

// Program is a program of the user's that approves a device and ends with exit code 0.
type Program struct {
	Args []string
	Dir  string // where it runs; empty: here
	Env  map[string]string
	// Patience is how long one approval may take; 0: two minutes.
	Patience time.Duration
}

// Approve runs the program for a device. The error says how it ended otherwise.
func (p Program) Approve(ctx context.Context, d Device) error {
	bounded, cancel := context.WithTimeout(ctx, p.patience())
	defer cancel()
	env := os.Environ()
	for name, value := range p.Env {
		env = append(env, name+"="+value)
	}
	for name, value := range map[string]string{
		UserCodeVariable: d.UserCode, VerificationVariable: d.VerificationURI, CompleteVariable: d.Complete,
	} {
		if !strings.Contains(value, "\x00") { // no environment holds that
			env = append(env, name+"="+value)
		}
	}
	said := &tail{}
	err := child.Run(bounded, child.Spec{Args: p.Args, Dir: p.Dir, Env: env, Stderr: said}, "", said)
	var exit *exec.ExitError
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case bounded.Err() != nil:
		return fmt.Errorf("the program that approves devices did not end within %s%s", p.patience(), said.words())
	case errors.As(err, &exit):
		return fmt.Errorf("the program that approves devices ended with %s%s", exit.ProcessState, said.words())
	}
	return fmt.Errorf("the program that approves devices cannot be run: %w", err)
}

// patience is how long it may take.
func (p Program) patience() time.Duration {
	if p.Patience > 0 {
		return p.Patience
	}
	return patience
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

// words are its end as a message has them behind what it says; empty if there are none.
func (t *tail) words() string {
	if words := t.last(); words != "" {
		return " (it says " + words + ")"
	}
	return ""
}

// last is its end in one line, with a mark where it was cut.
func (t *tail) last() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.Join(strings.Fields(mask.Tail(string(bytes.ToValidUTF8(t.text, nil)), mostQuoted)), " ")
}
