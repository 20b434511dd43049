package target

import (
	"context"
	"sync/atomic"
)

// counting is the key under which a context holds the counter of Counted.
type counting struct{}

// Counted returns a context and a function that says how many requests have left
// for real parties with it.
func Counted(ctx context.Context) (context.Context, func() int) {
	n := &atomic.Int64{}
	return context.WithValue(ctx, counting{}, n), func() int { return int(n.Load()) }
}

// leaves waits until a request may leave for a real party, and counts it: in all,
// and with its context.
func (s *Session) leaves(ctx context.Context) error {
	if err := s.limiter.wait(ctx); err != nil {
		return err
	}
	if s.Alone() {
		return nil // to a proxy of ours before a server of ours
	}
	s.sent.Add(1)
	if n, counted := ctx.Value(counting{}).(*atomic.Int64); counted {
		n.Add(1)
	}
	return nil
}

// Requests returns how many requests have left for real parties.
func (s *Session) Requests() int { return int(s.sent.Load()) }
