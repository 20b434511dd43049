package dpop

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

// NonceWindow hands out nonces and takes each of them for as long as it lives
// (RFC 9449 §8): a new one replaces the current after half the lifetime, so
// that the one before stays good for a while (a window of recent nonces).
type NonceWindow struct {
	Lifetime time.Duration
	Clock    func() time.Time
	Make     func() string // a fresh, unpredictable nonce

	mu      sync.Mutex
	current string
	issued  map[string]time.Time
}

// NewNonceWindow returns nonces of 128 random bits that live for the given time.
func NewNonceWindow(lifetime time.Duration, clock func() time.Time) *NonceWindow {
	return &NonceWindow{Lifetime: lifetime, Clock: clock, Make: NewID}
}

// Next returns the nonce to hand out now.
func (w *NonceWindow) Next() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.Clock()
	if at, known := w.issued[w.current]; known && now.Sub(at) < w.Lifetime/2 {
		return w.current
	}
	return w.issue(now)
}

// Rotate makes a new nonce current; the one before stays good until it expires.
func (w *NonceWindow) Rotate() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.issue(w.Clock())
}

// Expire makes every nonce that was handed out bad, and returns a new one.
func (w *NonceWindow) Expire() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	clear(w.issued)
	return w.issue(w.Clock())
}

func (w *NonceWindow) issue(now time.Time) string {
	if w.issued == nil {
		w.issued = map[string]time.Time{}
	}
	for nonce, at := range w.issued {
		if now.Sub(at) >= w.Lifetime {
			delete(w.issued, nonce)
		}
	}
	w.current = w.Make()
	w.issued[w.current] = now
	return w.current
}

// Accept returns nil for a nonce that was handed out and has not expired.
func (w *NonceWindow) Accept(nonce string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	at, known := w.issued[nonce]
	if !known {
		return errors.New("this nonce was never handed out here, or long ago")
	}
	if age := w.Clock().Sub(at); age >= w.Lifetime {
		return fmt.Errorf("this nonce expired %v ago", age-w.Lifetime)
	}
	return nil
}

// ValidNonce reports whether text is 1*NQCHAR (RFC 9449 §8.1, RFC 6749 app. A).
func ValidNonce(text string) bool {
	for i := 0; i < len(text); i++ {
		if c := text[i]; c < 0x21 || c > 0x7e || c == '"' || c == '\\' {
			return false
		}
	}
	return text != ""
}
