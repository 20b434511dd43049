package main

import (
	"context"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/dpopspec/dpopspec/internal/child"
)

// windingDown is how long a command that has something to deliver may take for it after
// a signal, before it is ended all the same.
const windingDown = time.Minute

// interruption is what signals do to a command.
type interruption struct {
	holds atomic.Int32 // how often it has something to deliver still
	limit time.Duration
}

type interruptionKey struct{}

// interruptible returns a context that the first SIGINT, SIGTERM, SIGHUP or SIGQUIT ends,
// so that reports are written of what has run. A command that has none to write ends
// there, also while it reads a pipe that never ends. The second signal ends every command
// at once. Either ends the programs that it has started.
//
// SIGINT and SIGQUIT are obeyed also where they were ignored: a shell does that to what it
// starts with &, and kill -INT is how scripts end a server. Where a program stands tells
// SIGABRT, as Go has it.
//
// A pipe that nobody reads any more is an error of whoever writes to it: the reports in
// files are still to come.
func interruptible() (ctx context.Context, stop func()) {
	i := &interruption{limit: windingDown}
	ctx, cancel := context.WithCancel(context.WithValue(context.Background(), interruptionKey{}, i))
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGQUIT)
	if !signal.Ignored(syscall.SIGHUP) { // as nohup has it
		signal.Notify(signals, syscall.SIGHUP)
	}
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	go i.obey(signals, cancel, func(code int) {
		endPrograms()
		os.Exit(code)
	})
	return ctx, func() {
		signal.Stop(signals)
		cancel()
		endPrograms()
	}
}

// endPrograms ends all programs at once. A system that hangs while it starts one must
// not hold us up.
func endPrograms() {
	ended := make(chan struct{})
	go func() {
		child.EndAll()
		close(ended)
	}()
	select {
	case <-ended:
	case <-time.After(time.Second):
	}
}

// hold says that a command has something to deliver until release is called, for which
// the first signal leaves it time.
func hold(ctx context.Context) (release func()) {
	i, is := ctx.Value(interruptionKey{}).(*interruption)
	if !is {
		return func() {}
	}
	i.holds.Add(1)
	return func() { i.holds.Add(-1) }
}

// obey cancels at the first signal and exits at the second, or where nothing is to be
// delivered, with the code by which shells know a signal.
func (i *interruption) obey(signals <-chan os.Signal, cancel func(), exit func(code int)) {
	last := <-signals
	held := i.holds.Load() > 0 // before those who hold see that it is over
	cancel()
	if held {
		select {
		case last = <-signals:
		case <-time.After(i.limit):
		}
	}
	code := 1
	if number, is := last.(syscall.Signal); is {
		code = 128 + int(number)
	}
	exit(code)
}
