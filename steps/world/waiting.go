package world

import (
	"context"
	"time"
)

// virtual reports whether every server is ours: time then passes on the clock
// of the scenario.
func (w *World) virtual() bool { return w.EmbeddedAPI() && w.EmbeddedAS() }

func (w *World) Present() time.Time {
	if w.virtual() {
		return w.Clock.Now()
	}
	return time.Now()
}

// Wait lets time pass: at once where it is virtual.
func (w *World) Wait(d time.Duration) error {
	if w.virtual() {
		w.Clock.Advance(d)
		return nil
	}
	return Sleep(w.Context, d)
}

// Sleep lets real time pass, until the context ends.
func Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
