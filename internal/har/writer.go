// Package har writes exchanges as an HTTP archive (HAR 1.2), one after the other, so that
// a long run takes no memory for it.
package har

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/dpopspec/dpopspec/internal/places"
	"github.com/dpopspec/dpopspec/internal/visible"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// Masker masks what is secret in a text, such as a line of a message or a body.
type Masker interface{ Text(text string) string }

// Revealed masks nothing: for one's own machine.
type Revealed struct{}

// Text returns the text as it is.
func (Revealed) Text(text string) string { return text }

// Writer writes an archive. It is safe for use by several goroutines. What goes wrong is
// told by Close: until then it takes what comes.
type Writer struct {
	mu    sync.Mutex
	path  string
	file  *os.File
	out   *bufio.Writer
	begun bool // there is an entry
	pages []page
	err   error
}

// Create begins an archive beside the file, which Close puts in its place: only its owner
// may read it (mode 0600).
func Create(path, creator, version string) *Writer {
	w := &Writer{path: path}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		w.err = errors.New("it is no regular file; name one")
		return w
	}
	if w.err = os.MkdirAll(filepath.Dir(path), 0o755); w.err != nil {
		return w
	}
	if w.file, w.err = places.Beside(path); w.err != nil {
		return w
	}
	w.out = bufio.NewWriterSize(w.file, 1<<16)
	head, err := json.Marshal(named{creator, version})
	_, w.err = fmt.Fprintf(w.out, `{"log": {"version": "1.2", "creator": %s, "entries": [`, head)
	w.err = errors.Join(err, w.err)
	return w
}

type named struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// page is a group of entries.
type page struct {
	Started time.Time `json:"startedDateTime"` // that of the first of them that was added
	ID      string    `json:"id"`
	Title   string    `json:"title"`
	Timings struct{}  `json:"pageTimings"` // HAR 1.2 has members for a browser alone
}

// Add adds an exchange to a group, which a word of ours names, under a title, which is
// masked as the exchange is. What a terminal or a system that runs builds would obey is
// escaped: the archive says the same to who reads it as JSON.
func (w *Writer) Add(group, title string, e *wire.Exchange, m Masker) {
	data, err := json.Marshal(entryOf(group, title, e, m))
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err != nil {
		return
	}
	if !slices.ContainsFunc(w.pages, func(p page) bool { return p.ID == group }) {
		w.pages = append(w.pages, page{Started: e.Began, ID: group, Title: group})
	}
	between := "\n"
	if w.begun {
		between = ",\n"
	}
	w.begun = true
	_, failed := w.out.WriteString(between + visible.JSON(string(data)))
	w.err = errors.Join(err, failed)
}

// Close ends the archive and puts it in its place, or leaves what stood there and tells
// why.
func (w *Writer) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.file == nil {
		return w.told()
	}
	defer os.Remove(w.file.Name()) // after the rename there is nothing to remove
	if w.err == nil {
		w.err = w.end()
	}
	if w.err == nil {
		w.err = w.out.Flush()
	}
	w.err = errors.Join(w.err, w.file.Close())
	if w.err == nil {
		w.err = os.Rename(w.file.Name(), w.path)
	}
	return w.told()
}

// end writes what stands behind the entries: of the pages it is known only now.
func (w *Writer) end() error {
	pages := w.pages
	if pages == nil {
		pages = []page{}
	}
	text, err := json.Marshal(pages)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w.out, "\n], \"pages\": %s}}\n", text)
	return err
}

func (w *Writer) told() error {
	if w.err == nil {
		return nil
	}
	return fmt.Errorf("writing the HAR to %s: %w", w.path, w.err)
}
