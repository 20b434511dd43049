package main

import (
	"os"
	"syscall"
	"testing"
)

func TestTheFirstSignalCancelsAndTheSecondEndsTheProcess(t *testing.T) {
	signals, cancelled, code := make(chan os.Signal), make(chan struct{}), make(chan int)
	go obey(signals, func() { close(cancelled) }, func(c int) { code <- c })
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
