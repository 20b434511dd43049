package target

import (
	"context"
	"errors"
	"sync"
	"time"
)

// ErrBudget says that limits.budget is used up.
var ErrBudget = errors.New("limits.budget is used up; raise it in the configuration or select fewer cases")

// limiter spaces requests to real parties evenly.
type limiter struct {
	mu     sync.Mutex
	next   time.Time
	every  time.Duration
	budget int
	spent  int
}

func newLimiter(l Limits) *limiter {
	var every time.Duration
	if l.Rate > 0 {
		every = time.Duration(float64(time.Second) / l.Rate)
	}
	return &limiter{every: every, budget: l.Budget}
}

// wait returns when the next request may leave.
func (l *limiter) wait(ctx context.Context) error {
	if l.every == 0 && l.budget == 0 {
		return nil
	}
	l.mu.Lock()
	if l.spent++; l.budget > 0 && l.spent > l.budget {
		l.mu.Unlock()
		return ErrBudget
	}
	now := time.Now()
	at := l.next
	if at.Before(now) {
		at = now
	}
	l.next = at.Add(l.every)
	l.mu.Unlock()
	if at.Equal(now) {
		return nil
	}
	timer := time.NewTimer(at.Sub(now))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
