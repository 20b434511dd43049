// Package clock holds the clock of a scenario: it stands still until the
// scenario moves it, so that minutes pass without waiting. Servers that people
// use by hand have a running one.
package clock

import (
	"sync"
	"time"
)

// Clock is a clock that only Advance moves. The zero value stands at year 1.
type Clock struct {
	mu      sync.Mutex
	now     time.Time
	started time.Time // when the clock showed now; zero: it stands still
}

// At returns a clock that stands at the given time.
func At(now time.Time) *Clock { return &Clock{now: now} }

// Running returns a clock that shows the present and goes on.
func Running() *Clock {
	now := time.Now()
	return &Clock{now: now, started: now}
}

// Now returns the time the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.started.IsZero() {
		return c.now
	}
	return c.now.Add(time.Since(c.started))
}

// Advance moves the clock, backwards if d is negative.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Sleep moves the clock by d and returns at once: a wait without waiting.
func (c *Clock) Sleep(d time.Duration) { c.Advance(d) }
