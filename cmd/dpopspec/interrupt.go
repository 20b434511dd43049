package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// interruptible returns a context that the first SIGINT or SIGTERM ends, so that
// reports are written of what has run. The second ends the process at once; the
// programs that it has started end with the context.
func interruptible() (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go obey(signals, cancel, os.Exit)
	return ctx, func() {
		signal.Stop(signals)
		cancel()
	}
}

// obey cancels at the first signal and exits at the second, with the code by which
// shells know it.
func obey(signals <-chan os.Signal, cancel func(), exit func(code int)) {
	<-signals
	cancel()
	second := <-signals
	code := 1
	if number, is := second.(syscall.Signal); is {
		code = 128 + int(number)
	}
	exit(code)
}
