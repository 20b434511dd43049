package target

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const (
	startTimeout  = 60 * time.Second // how long an adapter may take until it says hello
	serverTimeout = 3 * time.Minute  // how long a server may take until it listens
	farewell      = 2 * time.Second  // how long one that answers no more may take to end
	longestLine   = 4 << 20          // octets of a line that a program may write
)

// Command is a program that the harness starts.
type Command struct {
	Args []string
	Dir  string
	Env  map[string]string
}

// Process is a program that the harness started.
type Process struct {
	command *exec.Cmd
	stdin   io.WriteCloser
	stdout  io.Closer
	lines   chan string
	// unreadable is why lines was closed before the end of what it wrote, once that is
	// closed; nil: it was not.
	unreadable error
	stderr     standardError
	done       chan struct{}
}

// start runs a command with its environment added to ours. It is ended with
// the context at the latest.
func start(ctx context.Context, c Command, extra map[string]string) (*Process, error) {
	if len(c.Args) == 0 {
		return nil, fmt.Errorf("there is no command to start")
	}
	cmd := prepared(ctx, c, extra)
	p := &Process{command: cmd, lines: make(chan string, 16), done: make(chan struct{})}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.stdout = stdout
	if p.stdin, err = cmd.StdinPipe(); err != nil {
		return nil, err
	}
	cmd.Stderr = &p.stderr
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("%s cannot be started: %w", strings.Join(c.Args, " "), err)
	}
	go p.read(stdout)
	return p, nil
}

// prepared is a command that is ready to start, with its environment added to ours.
func prepared(ctx context.Context, c Command, extra map[string]string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, c.Args[0], c.Args[1:]...)
	cmd.Dir = c.Dir
	if strings.Contains(c.Args[0], "/") && !filepath.IsAbs(c.Args[0]) {
		cmd.Path = filepath.Join(c.Dir, c.Args[0])
		if absolute, err := filepath.Abs(cmd.Path); err == nil {
			cmd.Path = absolute
		}
	}
	// What a client reads from the environment is for the scenario to say.
	cmd.Env = slices.DeleteFunc(os.Environ(), func(line string) bool {
		return strings.HasPrefix(line, "AUTH0_DPOP_") || strings.HasPrefix(line, "AUTH0_RETRY_")
	})
	for _, env := range []map[string]string{c.Env, extra} {
		for name, value := range env {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
	}
	group(cmd)
	cmd.WaitDelay = 2 * time.Second
	return cmd
}

func (p *Process) read(stdout io.Reader) {
	scanner := bufio.NewScanner(stdout)
	scanner.Buffer(nil, longestLine)
	for scanner.Scan() {
		p.lines <- scanner.Text()
	}
	if err := scanner.Err(); errors.Is(err, bufio.ErrTooLong) {
		p.unreadable = fmt.Errorf("it wrote a line of more than %d octets", longestLine)
	}
	close(p.lines)
	io.Copy(io.Discard, stdout) // a program that writes on must not hang
	p.command.Wait()
	close(p.done)
}

// readyLine is what a program says of itself when it is ready: a line of JSON.
type readyLine map[string]any

// text is a member that is a string; empty if it is none.
func (l readyLine) text(member string) string {
	value, _ := l[member].(string)
	return value
}

// ready waits for the first line of JSON on the program's standard output that has the
// named member: how a server says where it listens.
func (p *Process) ready(ctx context.Context, member string, timeout time.Duration) (readyLine, error) {
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	for {
		select {
		case line, open := <-p.lines:
			if !open && p.unreadable != nil {
				return nil, fmt.Errorf("%s: %w%s", p.name(), p.unreadable, p.lastWords())
			}
			if !open {
				<-p.done // by then all it wrote to standard error is here
				return nil, fmt.Errorf("%s ended %s before it was ready%s", p.name(), p.code(), p.lastWords())
			}
			var said readyLine
			if json.Unmarshal([]byte(line), &said) == nil && said.text(member) != "" {
				go p.drain()
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
func (p *Process) code() string {
	if state := p.command.ProcessState; state != nil && !state.Exited() {
		return "by " + state.String() // "signal: killed"
	}
	return fmt.Sprintf("with exit code %d", p.command.ProcessState.ExitCode())
}

// lastWords quotes the end of what it has written to standard error.
func (p *Process) lastWords() string {
	if said := p.stderr.last(maxLast); said != "" {
		return "; its standard error ends with: " + said
	}
	return ""
}

// ended reports whether it has ended, and gives it so long to do so.
func (p *Process) ended(within time.Duration) bool {
	select {
	case <-p.done:
		return true
	case <-time.After(within):
		return false
	}
}

func (p *Process) name() string { return strings.Join(p.command.Args, " ") }

// Stop closes the program's standard input and, where it does not end by
// itself, ends it with all that it started.
func (p *Process) Stop() { p.endWithin(500 * time.Millisecond) }

// endWithin is Stop with so much time to end by itself.
func (p *Process) endWithin(patience time.Duration) {
	p.stdin.Close()
	select {
	case <-p.done:
		return
	case <-time.After(patience):
	}
	killGroup(p.command) // an error says that it has ended just now
	p.stdout.Close()     // a stranger that inherited it would hold it open
	go p.drain()
	<-p.done
}
