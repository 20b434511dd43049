package target

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/mask"
)

// adapter drives a client through a program that reads one JSON request a line
// and writes one JSON answer a line. docs/client-adapters.md describes both.
type adapter struct {
	process *Process
	timeout time.Duration
	hello   Hello
	count   int
	dead    error // why nothing more can be asked
}

// startAdapter starts the program with the environment of the scenario and
// waits until it has introduced itself. From then on it may take so long for an
// answer as timeout says.
func startAdapter(ctx context.Context, c Command, env map[string]string, timeout time.Duration) (*adapter, error) {
	p, err := start(ctx, c, env)
	if err != nil {
		return nil, err
	}
	a := &adapter{process: p, timeout: startTimeout}
	if err := a.ask(ctx, "hello", struct{}{}, &a.hello); err != nil {
		p.Stop()
		return nil, err
	}
	a.timeout = timeout
	return a, nil
}

// reply is the part that all answers have.
type reply struct {
	ID    int          `json:"id"`
	OK    *bool        `json:"ok"`
	Error *ClientError `json:"error"`
}

// ask sends one request and reads its answer. The client's own errors are of
// type *ClientError; after any other the program is of no more use.
func (a *adapter) ask(ctx context.Context, op string, request, answer any) error {
	if a.dead != nil {
		return a.dead
	}
	a.count++
	line, err := requestLine(a.count, op, request)
	if err != nil {
		return err
	}
	text, err := a.exchange(ctx, line)
	if err != nil {
		return a.giveUp(op, err)
	}
	var r reply
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		return a.giveUp(op, fmt.Errorf("it wrote a line that is not a JSON answer: %q", mask.Head(text, maxQuoted)))
	}
	switch {
	case r.ID != a.count:
		return a.giveUp(op, fmt.Errorf("it answered the request %d with the id %d", a.count, r.ID))
	case r.OK == nil || !*r.OK && r.Error == nil:
		return a.giveUp(op, errors.New(`its answer has neither "ok": true nor an error`))
	case !*r.OK:
		return r.Error
	}
	if err := json.Unmarshal([]byte(text), answer); err != nil {
		return a.giveUp(op, fmt.Errorf("its answer has not the form that the protocol demands: %w", err))
	}
	return nil
}

// giveUp notes that the program can no longer be used, and names it.
func (a *adapter) giveUp(op string, cause error) error {
	a.dead = fmt.Errorf("the adapter %s failed at %s: %w%s", a.process.name(), op, cause, a.process.lastWords())
	return a.dead
}

func requestLine(id int, op string, request any) ([]byte, error) {
	body, err := json.Marshal(request)
	if err != nil {
		return nil, err
	}
	o, err := dpop.ParseObject(body)
	if err != nil {
		return nil, err
	}
	o.Prepend("op", op)
	o.Prepend("id", id)
	return append(o.JSON(), '\n'), nil
}

func (a *adapter) exchange(ctx context.Context, line []byte) (string, error) {
	timer := time.NewTimer(a.timeout)
	defer timer.Stop()
	written := make(chan error, 1)
	go func() {
		_, err := a.process.stdin.Write(line)
		written <- err
	}()
	for {
		select {
		case text, open := <-a.process.lines:
			if !open {
				<-a.process.done // by then all it wrote to standard error is here
				return "", fmt.Errorf("the program ended %s", a.process.code())
			}
			if strings.TrimSpace(text) != "" {
				return text, nil
			}
		case err := <-written:
			switch written = nil; {
			case err == nil:
			case a.process.ended(farewell):
				return "", fmt.Errorf("the program ended %s", a.process.code())
			default:
				return "", errors.New("the program reads no more")
			}
		case <-timer.C:
			return "", fmt.Errorf("no answer within %v", a.timeout)
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
}

// Hello implements Driver.
func (a *adapter) Hello() Hello { return a.hello }

// Configure implements Driver.
func (a *adapter) Configure(ctx context.Context, s Setup) error {
	return a.ask(ctx, "configure", s, &struct{}{})
}

// Login implements Driver.
func (a *adapter) Login(ctx context.Context, o LoginOrder) (Told, error) {
	var t Told
	err := a.ask(ctx, "login", o, &t)
	return t, err
}

// Token implements Driver.
func (a *adapter) Token(ctx context.Context, o TokenOrder) (Told, error) {
	var t Told
	err := a.ask(ctx, "token", o, &t)
	return t, err
}

// Fetch implements Driver.
func (a *adapter) Fetch(ctx context.Context, o FetchOrder) (*Fetched, error) {
	f := &Fetched{}
	if err := a.ask(ctx, "fetch", o, f); err != nil {
		return nil, err
	}
	return f, nil
}

// Register implements Driver.
func (a *adapter) Register(ctx context.Context) error {
	return a.ask(ctx, "register", struct{}{}, &struct{}{})
}

// Rotate implements Driver.
func (a *adapter) Rotate(ctx context.Context, k KeyPair) error {
	return a.ask(ctx, "rotate", k, &struct{}{})
}

// Waits implements Driver: nothing is known of them.
func (a *adapter) Waits() []time.Duration { return nil }

// lastWords is how long a program may take to write the last of its log once it
// has nothing more to do.
const lastWords = 10 * time.Second

// Output implements Driver. What a program writes to standard error comes another
// way than its answers, and may come later: so the program is ended first, and what
// it has written until then is whole.
func (a *adapter) Output() string {
	if a.dead == nil {
		a.dead = fmt.Errorf("the adapter %s was ended for its log to be read", a.process.name())
	}
	go a.process.drain() // it may still write answers that nobody has asked for
	a.process.endWithin(lastWords)
	return a.process.stderr.String()
}

// Close implements Driver. The program ends with its standard input, at the
// latest when it is killed; the next case need not wait for that.
func (a *adapter) Close() { go a.process.Stop() }
