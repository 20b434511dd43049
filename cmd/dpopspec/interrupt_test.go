package main

import (
	"context"
	"os"
	"syscall"
	"testing"
	"time"
)

func TestTheFirstSignalCancelsAndTheSecondEndsTheProcess(t *testing.T) {
	signals, cancelled, code := make(chan os.Signal), make(chan struct{}), make(chan int)
	i := &interruption{limit: time.Hour}
	defer hold(context.WithValue(t.Context(), interruptionKey{}, i))()
	go i.obey(signals, func() { close(cancelled) }, func(c int) { code <- c })
	signals <- syscall.SIGTERM
	<-cancelled
	select {
	case c := <-code:
		t.Fatalf("it has ended with code %d after one signal", c)
	default:
	}
	signals <- os.Interrupt
	if c := <-code; c != 130 {
		t.Errorf("it has ended with code %d", c)
	}
}

func TestTheFirstSignalEndsWhoHasNothingToDeliver(t *testing.T) {
	signals, code := make(chan os.Signal), make(chan int)
	i := &interruption{limit: time.Hour}
	hold(context.WithValue(t.Context(), interruptionKey{}, i))() // it had, and has no more
	go i.obey(signals, func() {}, func(c int) { code <- c })
	signals <- syscall.SIGHUP
	if c := <-code; c != 129 {
		t.Errorf("it has ended with code %d", c)
	}
}

func TestWhoDoesNotWindDownIsEnded(t *testing.T) {
	signals, code := make(chan os.Signal), make(chan int)
	i := &interruption{limit: time.Millisecond}
	defer hold(context.WithValue(t.Context(), interruptionKey{}, i))()
	go i.obey(signals, func() {}, func(c int) { code <- c })
	signals <- syscall.SIGTERM
	if c := <-code; c != 143 {
		t.Errorf("it has ended with code %d", c)
	}
}
