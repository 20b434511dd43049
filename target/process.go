package target

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/internal/child"
)

const (
	startTimeout  = 60 * time.Second // how long an adapter may take until it says hello
	serverTimeout = 3 * time.Minute  // how long a server may take until it listens
	farewell      = 2 * time.Second  // how long one that answers no more may take to end
	longestLine   = 4 << 20          // octets of a line of its standard output
)

// Command is a program that the harness starts.
type Command struct {
	Args []string
	Dir  string
	Env  map[string]string
}

// Process is a program that the harness started and that speaks in lines.
type Process struct {
	args   []string
	child  *child.Process
	stdin  io.WriteCloser
	lines  chan string // of its standard output; closed when no more come
	tooFar error       // why no more are read; nil: there are none. Set before lines is closed
	stderr standardError
}

// start starts a command with its environment added to ours. It is ended with
// the context at the latest.
func start(ctx context.Context, c Command, extra map[string]string) (*Process, error) {
	p := &Process{args: c.Args, lines: make(chan string, 16)}
	return p, p.start(ctx, c.spec(extra))
}

// startServer is start for one that may go to the background.
func startServer(ctx context.Context, c Command, extra map[string]string) (*Process, error) {
	p := &Process{args: c.Args, lines: make(chan string, 16)}
	spec := c.spec(extra)
	spec.Background = true
	return p, p.start(ctx, spec)
}

func (p *Process) start(ctx context.Context, spec child.Spec) (err error) {
	spec.Stderr = &p.stderr
	if p.child, err = child.Start(ctx, spec); err != nil {
		return cannotStart(spec.Args, err)
	}
	p.stdin = p.child.Stdin
	go p.read()
	return nil
}

func cannotStart(args []string, err error) error {
	return fmt.Errorf("%s cannot be started: %w", strings.Join(args, " "), err)
}

// spec is how the command is started, with an environment added to ours.
func (c Command) spec(extra map[string]string) child.Spec {
	// What a client reads from the environment is for the scenario to say.
	env := slices.DeleteFunc(os.Environ(), func(line string) bool {
		return strings.HasPrefix(line, "AUTH0_DPOP_") || strings.HasPrefix(line, "AUTH0_RETRY_")
	})
	for _, more := range []map[string]string{c.Env, extra} {
		for name, value := range more {
			env = append(env, name+"="+value)
		}
	}
	return child.Spec{Args: c.Args, Dir: c.Dir, Env: env}
}

// read hands on each line. After one that is too long all that comes is read and
// dropped, so that the program does not hang.
func (p *Process) read() {
	scanner := bufio.NewScanner(p.child.Stdout)
	scanner.Buffer(nil, longestLine)
	for scanner.Scan() {
		p.lines <- scanner.Text()
	}
	p.tooFar = scanner.Err()
	close(p.lines)
	io.Copy(io.Discard, p.child.Stdout)
}

// silence says why no more lines come from a program, once they have ended. One that
// ends closes its standard output first, so it is given time to do so.
func (p *Process) silence() string {
	switch {
	case errors.Is(p.tooFar, bufio.ErrTooLong):
		return fmt.Sprintf("wrote a line of more than %d MiB", longestLine>>20)
	case p.ended(farewell):
		return "ended " + p.code()
	}
	return "closed its standard output and did not end"
}

// readyLine is what a program says of itself when it is ready: a line of JSON.
type readyLine map[string]any

// text is a member that is a string; empty if it is none.
func (l readyLine) text(member string) string {
	value, _ := l[member].(string)
	return value
}

// ready waits for the first line of JSON on the program's standard output that has the
// named member: how a server says where it listens. No line is to be had after it.
func (p *Process) ready(ctx context.Context, member string, timeout time.Duration) (readyLine, error) {
	defer func() { go p.drain() }()
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	for {
		select {
		case line, open := <-p.lines:
			if !open {
				return nil, fmt.Errorf("%s %s before it was ready%s", p.name(), p.silence(), p.lastWords())
			}
			var said readyLine
			if json.Unmarshal([]byte(line), &said) == nil && said.text(member) != "" {
				return said, nil
			}
		case <-timer.C:
			return nil, fmt.Errorf("%s printed no line of JSON with %q within %v%s",
				p.name(), member, timeout, p.lastWords())
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (p *Process) drain() {
	for range p.lines {
	}
}

// code says how a program that has ended did so.
func (p *Process) code() string { return howEnded(p.child.State()) }

func howEnded(state *os.ProcessState) string {
	if !state.Exited() {
		return "by " + state.String() // "signal: killed"
	}
	return fmt.Sprintf("with exit code %d", state.ExitCode())
}

// lastWords quotes the end of what it has written to standard error.
func (p *Process) lastWords() string { return p.stderr.lastWords() }

// ended reports whether it has ended, and gives it so long to do so.
func (p *Process) ended(within time.Duration) bool { return p.child.Within(within) }

func (p *Process) name() string { return strings.Join(p.args, " ") }

// Stop closes the program's standard input and, where it does not end by
// itself, ends it with all that it started.
func (p *Process) Stop() { p.endWithin(500 * time.Millisecond) }

// endWithin is Stop with so much time to end by itself.
func (p *Process) endWithin(patience time.Duration) { p.child.End(patience) }
