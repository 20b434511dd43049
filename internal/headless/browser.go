package headless

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/dpopspec/dpopspec/internal/login"
)

// Options say which browser logs in, and how.
type Options struct {
	Settings login.Browser
	// Transport carries what the browser may send; it keeps to the way to the target
	// (authorities, proxy, addresses) and to the limits of the run.
	Transport http.RoundTripper
	// Look finds the program that Settings.Program names, or the first one of this
	// machine if it is empty; nil: [Find].
	Look func(program string) (path string, err error)
}

// Browser is one Chromium with one profile, for all logins of a run: who is logged in
// stays so. It is started for the first login. It is safe for use by several goroutines,
// which log in one after another.
type Browser struct {
	options Options
	turn    chan struct{} // holds one token: whoever has it drives the page
	mu      sync.Mutex
	closed  bool
	chrome  *chrome // nil until the first login
	final   error   // why there is no use in another login; nil: there is
	greeted bool    // a login has succeeded
	vain    int     // logins in a row that led nowhere since
}

// New returns a browser that is not started yet.
func New(options Options) *Browser {
	if options.Look == nil {
		options.Look = Find
	}
	b := &Browser{options: options, turn: make(chan struct{}, 1)}
	b.turn <- struct{}{}
	return b
}

// mostInVain is how many logins in a row may lead nowhere once one has succeeded.
const mostInVain = 3

// Authorize implements login.Way. What cannot be mended by another try, such as a
// wrong password, is tried once: every later login ends with the same error at once.
func (b *Browser) Authorize(ctx context.Context, request login.Request) (redirect string, err error) {
	err = b.drive(ctx, request.Hosts, request.Patience, request.Doubtful, func(v *visit) error {
		v.answers = request.Answers
		redirect, err = v.authorize(request.Address)
		return err
	})
	return redirect, err
}

// Approve implements login.Approver.
func (b *Browser) Approve(ctx context.Context, device login.Device) error {
	return b.drive(ctx, device.Hosts, device.Patience, false, func(v *visit) error {
		v.userCode = device.UserCode
		return v.approve(device.Address)
	})
}

// drive lets one visit have the page, for as long as its patience lasts. Of a doubtful
// one nothing is learnt where logins have worked.
func (b *Browser) drive(
	ctx context.Context, hosts login.Hosts, patience time.Duration, doubtful bool, to func(*visit) error,
) error {
	select {
	case <-b.turn:
		defer func() { b.turn <- struct{}{} }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if b.final != nil {
		return b.final
	}
	chrome, err := b.started()
	if err == nil {
		v := &visit{
			guard: chrome.guard, settings: b.options.Settings, hosts: hosts, greeted: b.greeted,
			patience: cmp.Or(patience, usualPatience), typed: map[string]bool{},
		}
		err = chrome.visit(ctx, v, to)
	}
	var failed *login.Failure
	if doubtful && b.greeted && ctx.Err() == nil && errors.As(err, &failed) {
		return failed
	}
	return b.learn(ctx, err)
}

// learn decides whether another login makes sense.
func (b *Browser) learn(ctx context.Context, err error) error {
	var stuck *stuck
	var answered *login.Answered
	switch {
	case err == nil:
		b.greeted, b.vain = true, 0
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &answered):
		return err // this request was refused, the next may be granted
	case errors.As(err, &stuck):
		err = &stuck.Failure
		if b.vain++; b.greeted && b.vain < mostInVain {
			return err
		}
	}
	b.final = err
	return err
}

// errClosed says that the run is over.
var errClosed = errors.New("the browser has been ended with the run")

func (b *Browser) started() (*chrome, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return nil, errClosed
	}
	if b.chrome == nil {
		path, err := b.options.Look(b.options.Settings.Program)
		if err != nil {
			return nil, err
		}
		if b.chrome, err = start(path, b.options.Settings.Sandboxed, b.options.Transport); err != nil {
			return nil, err
		}
	}
	return b.chrome, nil
}

// Close ends the browser with all its processes and removes its profile.
func (b *Browser) Close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	if b.chrome != nil {
		b.chrome.close()
		b.chrome = nil
	}
}
