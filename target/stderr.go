package target

import (
	"bytes"
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

	written int64 // octets in all
	line    int64 // so many were written before the line under way began
}

// Write implements io.Writer.
func (e *standardError) Write(p []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if i := bytes.LastIndexByte(p, '\n'); i >= 0 {
		e.line = e.written + int64(i) + 1
	}
	e.written += int64(len(p))
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
	return ending(string(e.end), most)
}

// ending is the end of a text in at most so many octets, with marks where it was cut.
func ending(text string, most int) string {
	text = mask.Tail(text, most)
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "…"
	}
	return strings.TrimSpace(text)
}

// mark is where the line under way begins: what since then shows is whole lines, so that
// no secret has lost its beginning.
func (e *standardError) mark() int64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.line
}

// since is shown for what was written behind a mark.
func (e *standardError) since(mark int64) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	text := e.end
	if behind := e.written - mark; behind < int64(len(text)) {
		text = text[int64(len(text))-behind:]
	}
	return ending(string(text), maxKept)
}

// lastWords is its end as a message has it behind what it says; empty if there is none.
func (e *standardError) lastWords() string {
	if said := e.last(maxLast); said != "" {
		return "; its standard error ends with: " + said
	}
	return ""
}
