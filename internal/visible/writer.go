package visible

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"unicode/utf8"
)

// Writer lets visible text alone through. A character may come in pieces; what is
// left of one at the end stays behind. It is safe for use by several goroutines.
type Writer struct {
	// Raw is where the text goes: for those who make their text visible and paint it.
	Raw  io.Writer
	text func(string) string

	mu   sync.Mutex
	rest []byte // the beginning of a character
}

// NewWriter returns a writer whose text goes through Text.
func NewWriter(w io.Writer) *Writer { return &Writer{Raw: w, text: Text} }

// NewJSONWriter returns a writer for JSON: what cannot be seen is escaped, so that
// the document says what it said.
func NewJSONWriter(w io.Writer) *Writer { return &Writer{Raw: w, text: JSON} }

// Write implements io.Writer. It counts what it took, not what it wrote.
func (w *Writer) Write(data []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	text := append(w.rest, data...)
	whole := len(text) - unfinished(text)
	w.rest = append([]byte(nil), text[whole:]...)
	if _, err := io.WriteString(w.Raw, w.text(string(text[:whole]))); err != nil {
		return 0, err
	}
	return len(data), nil
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
