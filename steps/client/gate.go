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
	missing  int
	opened   chan struct{}
	together bool // there were as many
}

func newGate(count int) *gate { return &gate{missing: count, opened: make(chan struct{})} }

// pass waits until the gate is open, but not for ever.
func (g *gate) pass(within time.Duration) {
	g.mu.Lock()
	g.missing--
	if g.missing == 0 {
		g.open(true)
	}
	g.mu.Unlock()
	timer := time.NewTimer(within)
	defer timer.Stop()
	select {
	case <-g.opened:
	case <-timer.C:
		g.mu.Lock()
		g.open(false)
		g.mu.Unlock()
	}
}

// open lets all pass from now on; g.mu is held.
func (g *gate) open(together bool) {
	select {
	case <-g.opened: // already
	default:
		g.together = together
		close(g.opened)
	}
}

// wasFull reports whether as many requests were under way at once.
func (g *gate) wasFull() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.together
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
