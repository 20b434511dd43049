package login

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

// What a program of the user's is told by its environment.
const (
	AddressVariable     = "DPOPSPEC_LOGIN_ADDRESS"      // the authorization request; it is a line of standard input too
	RedirectURIVariable = "DPOPSPEC_LOGIN_REDIRECT_URI" // what the line begins with that it prints
)

const (
	mostPrinted = 1 << 16         // octets of a line of standard output that are read
	mostSaid    = 4096            // octets of the end of standard error that are kept
	mostQuoted  = 600             // of these in a message
	farewell    = 2 * time.Second // how long it may take to end once it has printed the redirect
)

// Program is a program of the user's that logs in: it reads the authorization request
// as a line of standard input or from its environment, follows it, and prints the
// redirect that answers it as a line of its own. One that prints none and ends with
// code 0 says that the server showed a page in the place of a redirect.
type Program struct {
	Args []string
	Dir  string // where it runs; empty: here

	turn    chan struct{} // full while it runs; guards the rest
	printed bool          // it has ever printed a redirect
	failed  *Failure
}

// ByProgram is the way by a program of the user's.
func ByProgram(args []string, dir string) Way {
	return &Program{Args: args, Dir: dir, turn: make(chan struct{}, 1)}
}

// Authorize implements Way. Programs run one at a time, for one may be a browser with
// one profile. One that has worked before is tried a second time.
func (p *Program) Authorize(ctx context.Context, r Request) (string, error) {
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	if p.failed != nil {
		return "", p.failed
	}
	if err := namesItself(r); err != nil {
		return "", err
	}
	redirect, err := p.once(ctx, r)
	var failed *Failure
	if errors.As(err, &failed) && p.printed && r.Doubtful {
		return redirect, err // the program may take what the server shows for a mistake
	}
	if errors.As(err, &failed) && p.printed {
		redirect, err = p.once(ctx, r)
	}
	switch {
	case err == nil:
		p.printed = true
	case errors.As(err, &failed):
		p.failed = failed
	}
	return redirect, err
}

func (p *Program) once(ctx context.Context, r Request) (string, error) {
	bounded, cancel := r.within(ctx)
	defer cancel()
	said := &tail{most: mostSaid}
	redirect, err := p.run(bounded, r, said)
	err = r.late(ctx, bounded, err)
	var failed *Failure
	if errors.As(err, &failed) && failed.Said == "" { // it took too long
		failed.Key, failed.Said = "command", said.last()
	}
	return redirect, err
}

// run starts the program.
func (p *Program) run(ctx context.Context, r Request, said *tail) (string, error) {
	running, end := context.WithCancel(ctx)
	defer end()
	// With its redirect it has done its work, whatever it still waits for.
	done := func() { time.AfterFunc(farewell, end) }
	out := &printed{answers: r.Answers, found: done}
	err := child.Run(running, child.Spec{
		Args: p.Args, Dir: p.Dir, Stderr: said,
		Env: append(os.Environ(), AddressVariable+"="+r.Address, RedirectURIVariable+"="+r.RedirectURI),
	}, r.Address+"\n", out)
	if out.end(); out.redirect != "" {
		return out.redirect, nil
	}
	failure := &Failure{
		Said: said.last(), Key: "command",
		Remedy: fmt.Sprintf("run it by itself with the address in %s: it must print the redirect as a line",
			AddressVariable),
	}
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case errors.As(err, &exit):
		failure.What = fmt.Sprintf("the program of the login ended with %s and printed no redirect", exit.ProcessState)
	case err != nil:
		failure.What = "the program of the login cannot be run: " + err.Error()
	case out.any:
		failure.What = "the program of the login printed something else than the redirect"
	default:
		return "", &Answered{Said: "the program of the login printed no redirect"}
	}
	return "", failure
}

// printed reads what a program writes line by line, and keeps the first line that is the
// redirect. Whatever the length of the rest, no more is kept than a line.
type printed struct {
	answers  func(line string) bool
	found    func() // is told once that the redirect is there
	redirect string
	line     []byte // that has not ended
	any      bool   // something was printed
}

// Write implements io.Writer.
func (p *printed) Write(text []byte) (int, error) {
	for rest := text; len(rest) > 0; {
		line, after, whole := bytes.Cut(rest, []byte("\n"))
		p.line = append(p.line, line[:min(len(line), mostPrinted-len(p.line))]...)
		if rest = after; whole {
			p.end()
		}
	}
	return len(text), nil
}

// end ends a line, as the end of all does.
func (p *printed) end() {
	line := strings.TrimSpace(string(p.line))
	p.line, p.any = p.line[:0], p.any || line != ""
	if p.redirect == "" && p.answers(line) {
		p.redirect = line
		p.found()
	}
}

// tail keeps the end of what is written.
type tail struct {
	mu   sync.Mutex
	text []byte
	most int
}

// Write implements io.Writer.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, p...)
	if over := len(t.text) - (t.most + 1); over > 0 {
		t.text = append(t.text[:0], t.text[over:]...)
	}
	return len(p), nil
}

// last is its end for a message, with a mark where it was cut.
func (t *tail) last() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return collapse(mask.Tail(string(t.text), mostQuoted))
}
