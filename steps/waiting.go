package steps

import (
	"context"
	"time"
)

// virtual reports whether every server is ours: time then passes on the clock
// of the scenario.
func (w *World) virtual() bool { return w.EmbeddedAPI() && w.EmbeddedAS() }

func (w *World) present() time.Time {
	if w.virtual() {
		return w.Clock.Now()
	}
	return time.Now()
}

// wait lets time pass: at once where it is virtual.
func (w *World) wait(d time.Duration) error {
	if w.virtual() {
		w.Clock.Advance(d)
		return nil
	}
	return sleep(w.Context, d)
}

// sleep lets real time pass, until the context ends.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
