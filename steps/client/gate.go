package client

import (
	"net/http"
	"sync"
	"time"
)

// patience is how long a server waits for further requests of a client that may be
// under way. A client that sends one after the other is waited for once.
const patience = 2 * time.Second

// gate holds requests back until as many are under way at once.
type gate struct {
	mu       sync.Mutex
	count    int // how many it waits for
	underWay int // how many have come before it opened
	opened   chan struct{}
}

func newGate(count int) *gate { return &gate{count: count, opened: make(chan struct{})} }

// pass waits until the gate is open, but not for ever.
func (g *gate) pass(within time.Duration) {
	g.mu.Lock()
	if !g.isOpen() {
		g.underWay++
	}
	if g.underWay == g.count {
		g.open()
	}
	g.mu.Unlock()
	timer := time.NewTimer(within)
	defer timer.Stop()
	select {
	case <-g.opened:
	case <-timer.C:
		g.mu.Lock()
		g.open()
		g.mu.Unlock()
	}
}

// open lets all pass from now on; g.mu is held.
func (g *gate) open() {
	if !g.isOpen() {
		close(g.opened)
	}
}

// isOpen reports whether it lets all pass; g.mu is held.
func (g *gate) isOpen() bool {
	select {
	case <-g.opened:
		return true
	default:
		return false
	}
}

// together is how many requests were under way at once. A client may have fewer
// connections to a server than it was ordered to make calls.
func (g *gate) together() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.underWay
}

// behind lets a server react so once the gate is open.
func (g *gate) behind(
	play func(http.ResponseWriter, *http.Request, http.Handler),
) func(http.ResponseWriter, *http.Request, http.Handler) {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		g.pass(patience)
		play(w, r, next)
	}
}
