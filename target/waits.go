package target

import (
	"fmt"
	"sync"
	"time"
)

// waits are what a run waits for at a moment, for whoever watches it.
type waits struct {
	mu      sync.Mutex
	reasons []*string // the newest comes last
	asked   string    // origin of the newest request to a real party
	since   time.Time // when it left, or when the newest answer came
	open    bool      // no answer has come since
}

// slowAnswer is how long an answer may take before one who watches is told.
const slowAnswer = 3 * time.Second

// begin says what is waited for, until end is called.
func (w *waits) begin(reason string) (end func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	entry := &reason
	w.reasons = append(w.reasons, entry)
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		for i, other := range w.reasons {
			if other == entry {
				w.reasons = append(w.reasons[:i], w.reasons[i+1:]...)
				return
			}
		}
	}
}

// ask notes that a request leaves.
func (w *waits) ask(origin string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked, w.since, w.open = origin, time.Now(), true
}

// answer notes that an answer came, or that none will.
func (w *waits) answer() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.open = false
}

// reason says what is waited for; empty: nothing.
func (w *waits) reason(now time.Time) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if n := len(w.reasons); n > 0 {
		return *w.reasons[n-1]
	}
	if waited := now.Sub(w.since); w.open && waited >= slowAnswer {
		return fmt.Sprintf("no answer of %s for %v", w.asked, waited.Truncate(time.Second))
	}
	return ""
}

// resting says for whose sake nothing leaves, and until when; empty: for nobody's.
func (l *limiter) resting(now time.Time) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.restUntil.After(now) {
		return fmt.Sprintf("%s answered 429, too many requests; nothing leaves until %s",
			l.restFor, l.restUntil.Format(time.TimeOnly))
	}
	return ""
}

// Waits says why nothing leaves for the real parties at a moment; empty where
// nothing is waited for but the next turn at limits.rate.
func (s *Session) Waits(now time.Time) string {
	if resting := s.limiter.resting(now); resting != "" {
		return resting
	}
	return s.waits.reason(now)
}

// Waiting says what a run waits for, until end is called.
func (s *Session) Waiting(reason string) (end func()) { return s.waits.begin(reason) }
