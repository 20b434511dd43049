// Package child starts the programs of others that a run needs, and ends them: each with
// all that it has started, at a limit, with the run, and after a crash of ours. Nothing
// else starts programs that outlive a call.
package child

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

const (
	farewell   = 2 * time.Second  // how long what a program has left behind may hold its output open
	grace      = time.Second      // how long one may take to obey SIGTERM
	unkillable = 10 * time.Second // how long the system may take to end what it was told to end
)

// Spec is a program to start.
type Spec struct {
	Args []string // the program and its arguments; a relative path with a slash is from Dir
	Dir  string   // where it runs; empty: here
	Env  []string // all of its environment; nil: ours
	// Stderr is given what it writes to standard error, from a goroutine of its own, also
	// some that comes late; nil: nobody. It must not block.
	Stderr io.Writer
	// Background lets what the program leaves behind go on after it has ended with exit
	// code 0, while that holds an output open, or, where it has left the group, until End:
	// a server that goes to the background.
	Background bool
}

// Process is a program that runs, with all that it has started.
type Process struct {
	Stdin  io.WriteCloser // closed at its end
	Stdout io.Reader      // to be read to its end, which is that of the program at the latest

	spec    Spec
	command *exec.Cmd
	group   *group
	outputs []output
	ended   chan struct{} // closed once all of it has ended
	killed  chan struct{} // closed once it was told so
	kill    func()
	err     error // how it ended; as exec.Cmd.Wait has it
}

// output is our end of a pipe, with a sign that nothing comes from it any more.
type output struct {
	file   *os.File
	closed chan struct{}
	once   *sync.Once
}

// Read implements io.Reader.
func (o output) Read(data []byte) (int, error) {
	n, err := o.file.Read(data)
	if err != nil {
		o.once.Do(func() { close(o.closed) })
		if errors.Is(err, os.ErrClosed) { // by us: somebody who left the group held it open
			err = io.EOF
		}
	}
	return n, err
}

// Start starts a program. It is ended with the context at the latest.
func Start(ctx context.Context, s Spec) (*Process, error) {
	if len(s.Args) == 0 {
		return nil, errors.New("there is no command to start")
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	p := &Process{spec: s, command: s.command(), ended: make(chan struct{}), killed: make(chan struct{})}
	theirs, err := p.pipes()
	if err == nil {
		err = begin(p)
	}
	for _, file := range theirs {
		file.Close()
	}
	if err != nil {
		p.closePipes()
		return nil, err
	}
	if s.Stderr != nil {
		go io.Copy(s.Stderr, p.outputs[1])
	}
	stop := context.AfterFunc(ctx, p.kill)
	go func() {
		defer stop()
		p.supervise()
	}()
	return p, nil
}

// command is the program as it is started.
func (s Spec) command() *exec.Cmd {
	c := exec.Command(s.Args[0], s.Args[1:]...)
	if strings.Contains(s.Args[0], "/") && !filepath.IsAbs(s.Args[0]) { // from where it runs
		if path, err := filepath.Abs(filepath.Join(s.Dir, s.Args[0])); err == nil {
			c.Path = path
		}
	}
	c.Dir, c.Env = s.Dir, s.Env
	c.Env = marked(c.Environ())
	apart(c)
	return c
}

// pipes makes those by which we and the program hear each other, and returns its ends.
// They are files of ours: to wait for a program is not to wait for whoever holds them.
func (p *Process) pipes() (theirs []*os.File, err error) {
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	p.Stdin, p.command.Stdin = write, read
	theirs = append(theirs, read)
	for _, to := range []*io.Writer{&p.command.Stdout, &p.command.Stderr} {
		if to == &p.command.Stderr && p.spec.Stderr == nil {
			break
		}
		if read, write, err = os.Pipe(); err != nil {
			return theirs, err
		}
		*to = write
		theirs = append(theirs, write)
		p.outputs = append(p.outputs, output{read, make(chan struct{}), new(sync.Once)})
	}
	p.Stdout = p.outputs[0]
	return theirs, nil
}

func (p *Process) closePipes() {
	if p.Stdin != nil {
		p.Stdin.Close()
	}
	for _, o := range p.outputs {
		o.file.Close()
	}
}

// supervise sees a program to its end: first itself, then what it has left behind.
func (p *Process) supervise() {
	if p.spec.Background {
		if p.err = p.command.Wait(); p.err == nil {
			p.silent(nil)
			end(p.group) // a server that has left it and is silent goes on, until End
		} else {
			p.kill()
		}
	} else {
		reaped := awaitExit(p.command)
		p.silent(time.After(farewell)) // what is written last may come from a helper
		p.kill()                       // before its number is free for somebody else, where the system lets us
		if p.err = reaped; p.command.ProcessState == nil {
			p.err = p.command.Wait()
		}
	}
	forget(p.group)
	p.silent(time.After(farewell))
	p.closePipes()
	close(p.ended)
}

// silent waits until nothing more can come from the program's outputs, it was killed, or
// for so long.
func (p *Process) silent(limit <-chan time.Time) {
	killed := p.killed
	if limit != nil && p.wasKilled() { // what was written before is there to be read
		killed = nil
	}
	for _, o := range p.outputs {
		select {
		case <-o.closed:
		case <-killed:
			return
		case <-limit:
			return
		}
	}
}

func (p *Process) wasKilled() bool {
	select {
	case <-p.killed:
		return true
	default:
		return false
	}
}

// Kill ends it with all that it has started, at once.
func (p *Process) Kill() { p.kill() }

// Ended is closed once it has ended, with all that it has started and all that it wrote
// to standard error.
func (p *Process) Ended() <-chan struct{} { return p.ended }

// State is how the program has ended; nil while it has not.
func (p *Process) State() *os.ProcessState {
	if !p.Within(0) {
		return nil
	}
	return p.command.ProcessState
}

// Within reports whether it has ended, and gives it so long to do so.
func (p *Process) Within(patience time.Duration) bool {
	select {
	case <-p.ended:
		return true
	default:
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-p.ended:
		return true
	case <-timer.C:
		return false
	}
}

// End closes the program's standard input, gives it so long to end by itself, asks it to
// end (SIGTERM), and ends it with all that it has started. It returns when it has ended,
// and some seconds later at the most.
func (p *Process) End(patience time.Duration) {
	p.Stdin.Close()
	if p.Within(patience) {
		if p.spec.Background {
			p.kill()
		}
		return
	}
	ask(p)
	if p.Within(grace) {
		return
	}
	p.kill()
	p.Within(unkillable)
}

// Run runs a program to its end, with an input. What it prints goes to stdout, which must
// not block; an error there ends the program. What it has started ends with it. The error
// is that of the context, of stdout, an *exec.ExitError, or why it could not be started.
func Run(ctx context.Context, s Spec, input string, stdout io.Writer) error {
	p, err := Start(ctx, s)
	if err != nil {
		return err
	}
	go func() {
		io.WriteString(p.Stdin, input) // who does not read it has no need of it
		p.Stdin.Close()
	}()
	to := &sealed{w: stdout}
	go func() {
		if _, err := io.Copy(to, p.Stdout); err != nil {
			p.kill()
		}
	}()
	<-p.ended
	if err := to.seal(); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil && p.err != nil {
		return err
	}
	return p.err
}

// sealed is a writer that somebody else reads once it is sealed.
type sealed struct {
	mu  sync.Mutex
	w   io.Writer // nil: it is sealed
	err error
}

// Write implements io.Writer.
func (s *sealed) Write(data []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.w == nil {
		return 0, os.ErrClosed
	}
	n, err := s.w.Write(data)
	s.err = err
	return n, err
}

func (s *sealed) seal() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.w = nil
	return s.err
}
