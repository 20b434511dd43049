package target

import (
	"strings"
	"sync"

	"github.com/dpopspec/dpopspec/internal/mask"
)

const (
	maxKept   = 4096 // how much of the standard error of a program is kept, in octets
	maxLast   = 600  // how much of that a line of a report shows, in octets
	maxQuoted = 200  // how much of an answer an error quotes, in octets
)

// standardError keeps the end of what a program has written there.
type standardError struct {
	mu   sync.Mutex
	text []byte // one octet more than maxKept tells that there was more
}

// Write implements io.Writer.
func (e *standardError) Write(p []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.text = append(e.text, p...)
	if over := len(e.text) - (maxKept + 1); over > 0 {
		e.text = e.text[over:]
	}
	return len(p), nil
}

// String returns it as it is: for a search, not for a person.
func (e *standardError) String() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return strings.TrimSpace(string(e.text))
}

// shown returns it for an error: with marks where it was cut, at which a secret
// may have been cut too. A line that has not ended may have been cut just now.
func (e *standardError) shown() string { return e.last(maxKept) }

// last is shown for the end of so many octets.
func (e *standardError) last(most int) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	text := mask.Tail(string(e.text), most)
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "…"
	}
	return strings.TrimSpace(text)
}
