package visible

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"unicode/utf8"
)

// Writer lets visible text alone through. A character, or a command to a system that
// runs builds, may come in pieces; what could become one stays behind until it is
// known, or Flush. It is safe for use by several goroutines.
type Writer struct {
	// Raw is where the text goes: for those who make their text visible and paint it.
	Raw  io.Writer
	text func(string) string

	mu       sync.Mutex
	rest     []byte // the beginning of a character
	held     string // what could become a command
	commands disarmer
}

// NewWriter returns a writer whose text goes through Text.
func NewWriter(w io.Writer) *Writer {
	return &Writer{Raw: w, text: characters, commands: disarmer{picture: wide}}
}

// NewPageWriter returns a writer for a page that is visible already, and painted: it
// takes commands their beginning alone, which may have come to stand at that of a line
// when lines were broken.
func NewPageWriter(w io.Writer) *Writer {
	same := func(s string) string { return s }
	return &Writer{Raw: w, text: same, commands: disarmer{picture: wide}}
}

// NewJSONWriter returns a writer for JSON: what cannot be seen, and the beginning of a
// command, is escaped, so that the document says what it said.
func NewJSONWriter(w io.Writer) *Writer {
	return &Writer{Raw: w, text: escapes, commands: disarmer{picture: escape}}
}

// Write implements io.Writer. It counts what it took, not what it wrote.
func (w *Writer) Write(data []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	text := append(w.rest, data...)
	whole := len(text) - unfinished(text)
	w.rest = append([]byte(nil), text[whole:]...)
	if err := w.write(w.held+w.text(string(text[:whole])), true); err != nil {
		return 0, err
	}
	return len(data), nil
}

// Flush writes what stayed behind: nothing follows that could make a command of it.
func (w *Writer) Flush() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	text := w.held + w.text(string(w.rest))
	w.rest = nil
	return w.write(text, false)
}

func (w *Writer) write(text string, more bool) error {
	said, left := w.commands.disarm(text, more)
	w.held = text[len(text)-left:]
	_, err := io.WriteString(w.Raw, said)
	return err
}

// unfinished is how many octets at the end begin a character that is not whole.
func unfinished(text []byte) int {
	for n := 1; n <= min(len(text), utf8.UTFMax-1); n++ {
		if at := len(text) - n; utf8.RuneStart(text[at]) {
			if !utf8.FullRune(text[at:]) {
				return n
			}
			return 0
		}
	}
	return 0
}

// JSON is a JSON text with every character escaped that Text would replace; in a
// valid text they stand in strings alone.
func JSON(s string) string {
	text, _ := (&disarmer{picture: escape}).disarm(escapes(s), false)
	return text
}

// escape is a character of ASCII as an escape of JSON.
func escape(c byte) string { return fmt.Sprintf(`\u%04x`, c) }

// escapes is JSON without a look at commands.
func escapes(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	for _, r := range strings.ToValidUTF8(s, "\uFFFD") {
		switch {
		case Rune(r) == r:
			b.WriteRune(r)
		case r > 0xffff:
			r -= 0x10000
			fmt.Fprintf(&b, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}
