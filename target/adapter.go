package target

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/mask"
)

// adapter is a program that drives a client: it reads one JSON request a line and
// writes one JSON answer a line. docs/client-adapters.md describes both.
type adapter struct {
	operations
	process *Process
	timeout time.Duration
	hello   Hello
	started map[string]string // the environment of its scenario

	turn    chan struct{} // held by a request, where the program answers one after the other
	writing sync.Mutex    // held while a line is written
	broken  chan struct{} // closed once its answers make no sense any more, or end

	mu      sync.Mutex // guards what follows
	count   int
	waiting map[int]chan string // where the answers to the requests under way go, by id
	cause   error               // why broken is closed
	dead    error               // why nothing more can be asked
}

// startAdapter starts the program with the environment of the scenario and
// waits until it has introduced itself. From then on it may take so long for an
// answer as timeout says.
func startAdapter(ctx context.Context, c Command, env map[string]string, timeout time.Duration) (*adapter, error) {
	p, err := start(ctx, c, env)
	if err != nil {
		return nil, err
	}
	a := newAdapter(p, startTimeout)
	a.started = maps.Clone(env)
	if err := a.ask(ctx, "hello", struct{}{}, &a.hello); err != nil {
		p.Stop()
		return nil, err
	}
	a.timeout = timeout
	return a, nil
}

func newAdapter(p *Process, timeout time.Duration) *adapter {
	a := &adapter{
		process: p, timeout: timeout, turn: make(chan struct{}, 1), broken: make(chan struct{}),
		waiting: map[int]chan string{},
	}
	a.operations = operations{a.ask}
	go a.listen()
	return a
}

// reply is the part that all answers have.
type reply struct {
	ID    int          `json:"id"`
	OK    *bool        `json:"ok"`
	Error *ClientError `json:"error"`
}

// ask sends one request and waits for its answer. The client's own errors are of
// type *ClientError; after any other the program is of no more use. Requests that
// are asked at the same time are under way at the same time if the program says
// that it can do that.
func (a *adapter) ask(ctx context.Context, op string, request, answer any) error {
	if !a.hello.Can(CallsInParallel) {
		select {
		case a.turn <- struct{}{}:
			defer func() { <-a.turn }()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	id, answered, err := a.enter()
	if err != nil {
		return err
	}
	defer a.leave(id)
	line, err := requestLine(id, op, request)
	if err != nil {
		return err
	}
	text, err := a.exchange(ctx, line, answered)
	if err != nil {
		return a.giveUp(op, err)
	}
	refused, err := readReply(text, answer)
	switch {
	case err != nil:
		return a.giveUp(op, err)
	case refused != nil:
		return refused
	}
	return nil
}

// readReply reads the line of an answer, or the error of the client that it tells; an
// error says that it is neither.
func readReply(text string, answer any) (refused *ClientError, err error) {
	var r reply
	switch err := json.Unmarshal([]byte(text), &r); {
	case err != nil:
		return nil, notAnAnswer(text)
	case r.OK == nil || !*r.OK && r.Error == nil:
		return nil, errors.New(`its answer has neither "ok": true nor an error`)
	case *r.OK && r.Error != nil:
		return nil, errors.New(`its answer has "ok": true and an error`)
	case !*r.OK:
		return r.Error, nil
	}
	if err := json.Unmarshal([]byte(text), answer); err != nil { // which quotes a number, however long
		return nil, fmt.Errorf("its answer has not the form that the protocol demands: %s",
			mask.Head(err.Error(), maxQuoted))
	}
	return nil, nil
}

func notAnAnswer(text string) error {
	return fmt.Errorf("it wrote a line that is not a JSON answer: %q", mask.Head(text, maxQuoted))
}

// enter gives a request its id, and says where its answer will be.
func (a *adapter) enter() (id int, answered chan string, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.dead != nil {
		return 0, nil, a.dead
	}
	a.count++
	answered = make(chan string, 1)
	a.waiting[a.count] = answered
	return a.count, answered, nil
}

// leave forgets a request.
func (a *adapter) leave(id int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.waiting, id)
}

// giveUp notes that the program can no longer be used, and names it.
func (a *adapter) giveUp(op string, cause error) error {
	failed := fmt.Errorf("the adapter %s failed at %s: %w%s", a.process.name(), op, cause, a.process.lastWords())
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.dead == nil {
		a.dead = failed
	}
	return failed
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

func (a *adapter) exchange(ctx context.Context, line []byte, answered <-chan string) (string, error) {
	timer := time.NewTimer(a.timeout)
	defer timer.Stop()
	go a.write(line)
	select {
	case text := <-answered:
		return text, nil
	case <-a.broken:
		a.mu.Lock()
		defer a.mu.Unlock()
		return "", a.cause
	case <-timer.C:
		return "", fmt.Errorf("no answer within %v", a.timeout)
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func (a *adapter) write(line []byte) {
	a.writing.Lock()
	defer a.writing.Unlock()
	if _, err := a.process.stdin.Write(line); err == nil {
		return
	}
	if !a.process.ended(farewell) { // else its end is told by listen
		a.stop(errors.New("the program reads no more"))
	}
}

// listen hands each answer to the request that waits for it. It goes on reading
// once nothing can be made of the answers, so that the program does not hang.
func (a *adapter) listen() {
	for text := range a.process.lines {
		if strings.TrimSpace(text) == "" {
			continue
		}
		if err := a.deliver(text); err != nil {
			a.stop(err)
		}
	}
	a.stop(errors.New("the program " + a.process.silence()))
}

// deliver hands on one answer; an error says why it is none.
func (a *adapter) deliver(text string) error {
	var r struct{ ID int }
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		return notAnAnswer(text)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	answered, asked := a.waiting[r.ID]
	if !asked {
		return fmt.Errorf("it answered with the id %d, which no request under way has; the newest is %d", r.ID, a.count)
	}
	delete(a.waiting, r.ID)
	answered <- text
	return nil
}

// stop tells all requests under way that no answers will come.
func (a *adapter) stop(cause error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.cause == nil {
		a.cause = cause
		close(a.broken)
	}
}

// lastWords is how long a program may take to write the last of its log once it
// has nothing more to do.
const lastWords = 10 * time.Second

// Output is all that the program has written to standard error since its case
// began. That comes another way than its answers, and may come later: so the program
// is ended first, and what it has written until then is whole.
func (a *adapter) Output() string {
	a.end(lastWords)
	return a.process.stderr.String()
}

// Close ends the program.
func (a *adapter) Close() { a.end(farewell / 4) }

// end lets the program end by itself within a time, with its standard input.
func (a *adapter) end(within time.Duration) {
	a.mu.Lock()
	if a.dead == nil {
		a.dead = fmt.Errorf("the adapter %s was ended", a.process.name())
	}
	a.mu.Unlock()
	a.process.endWithin(within)
}

// free reports whether the program can be asked something, and has answered all
// that it was asked.
func (a *adapter) free() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.dead == nil && a.cause == nil && len(a.waiting) == 0
}
