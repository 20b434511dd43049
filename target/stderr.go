package target

import (
	"strings"
	"sync"

	"github.com/dpopspec/dpopspec/internal/mask"
)

const (
	maxKept   = 4096     // how much of the standard error of a program is shown, in octets
	maxLog    = 16 << 20 // how much of it is kept to be searched
	maxLast   = 600      // how much of that a line of a report shows, in octets
	maxQuoted = 200      // how much of an answer an error quotes, in octets
)

// standardError keeps what a program has written there: all of it up to maxLog, and
// the end in any event.
type standardError struct {
	mu  sync.Mutex
	log []byte // the first maxLog octets
	end []byte // one octet more than maxKept tells that there was more
}

// Write implements io.Writer.
func (e *standardError) Write(p []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.log = append(e.log, p[:min(len(p), maxLog-len(e.log))]...)
	e.end = append(e.end, p...)
	if over := len(e.end) - (maxKept + 1); over > 0 {
		e.end = append(e.end[:0], e.end[over:]...)
	}
	return len(p), nil
}

// begin forgets the log of the case before: what is written from here on is that of
// the next. The end is kept, for errors.
func (e *standardError) begin() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.log = nil
}

// String returns it as it is: for a search, not for a person.
func (e *standardError) String() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	text := string(e.log)
	if len(e.log) == maxLog {
		text += "…\n" + string(e.end)
	}
	return strings.TrimSpace(text)
}

// shown returns it for an error: with marks where it was cut, at which a secret
// may have been cut too. A line that has not ended may have been cut just now.
func (e *standardError) shown() string { return e.last(maxKept) }

// last is shown for the end of so many octets.
func (e *standardError) last(most int) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	text := mask.Tail(string(e.end), most)
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "…"
	}
	return strings.TrimSpace(text)
}

// lastWords is its end as a message has it behind what it says; empty if there is none.
func (e *standardError) lastWords() string {
	if said := e.last(maxLast); said != "" {
		return "; its standard error ends with: " + said
	}
	return ""
}
