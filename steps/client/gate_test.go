package client

import (
	"sync"
	"testing"
	"time"
)

func TestAGateLetsCallsPassTogether(t *testing.T) {
	const enough = time.Minute
	g := newGate(3)
	var group sync.WaitGroup
	for range 3 {
		group.Go(func() { g.pass(enough) })
	}
	group.Wait()
	if !g.wasFull() {
		t.Error("three of three did not open the gate")
	}
	g.pass(enough) // open for whoever comes later
	if !g.wasFull() {
		t.Error("a latecomer took back that the gate was full")
	}
}

func TestAGateWaitsOnceForACallThatDoesNotCome(t *testing.T) {
	g := newGate(2)
	g.pass(time.Millisecond)
	g.pass(time.Hour)
	if g.wasFull() {
		t.Error("two calls one after the other were taken for two at once")
	}
}
