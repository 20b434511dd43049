package target

import (
	"context"
	"log/slog"
	"strings"
	"sync"
)

// journal is a slog.Handler that keeps what a client logs and writes it out when
// it is asked for: few cases read it.
type journal struct {
	mu      sync.Mutex
	records []slog.Record
}

// Enabled implements slog.Handler.
func (j *journal) Enabled(context.Context, slog.Level) bool { return true }

// Handle implements slog.Handler.
func (j *journal) Handle(_ context.Context, r slog.Record) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.records = append(j.records, r.Clone())
	return nil
}

// WithAttrs implements slog.Handler. Package client logs whole records alone;
// to lose an attribute without a word would be worse than to stop.
func (j *journal) WithAttrs([]slog.Attr) slog.Handler { panic("target: a journal keeps whole records") }

// WithGroup implements slog.Handler.
func (j *journal) WithGroup(string) slog.Handler { panic("target: a journal keeps whole records") }

// String writes the journal as lines.
func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	var text strings.Builder
	lines := slog.NewTextHandler(&text, &slog.HandlerOptions{Level: slog.LevelDebug})
	for _, r := range j.records {
		lines.Handle(context.Background(), r) // writing to a Builder cannot fail
	}
	return text.String()
}
