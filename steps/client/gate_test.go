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
	if g.together() != 3 {
		t.Errorf("%d of three were under way at once", g.together())
	}
	g.pass(enough) // open for whoever comes later
	if g.together() != 3 {
		t.Error("a latecomer was counted")
	}
}

func TestAGateWaitsOnceForACallThatDoesNotCome(t *testing.T) {
	g := newGate(2)
	g.pass(time.Millisecond)
	g.pass(time.Hour)
	if g.together() != 1 {
		t.Errorf("two calls one after the other were taken for %d at once", g.together())
	}
}

func TestAGateCountsWhoWaitsForThoseThatDoNotCome(t *testing.T) {
	g := newGate(20)
	var group sync.WaitGroup
	for range 6 { // as many connections as a browser has to one server
		group.Go(func() { g.pass(50 * time.Millisecond) })
	}
	group.Wait()
	if g.together() < 1 || g.together() > 6 {
		t.Errorf("six calls were taken for %d at once", g.together())
	}
}
