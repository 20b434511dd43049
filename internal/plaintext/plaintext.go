// Package plaintext reads files that people made, in whatever encoding their system
// writes text.
package plaintext

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"unicode/utf16"
	"unicode/utf8"
)

// MaxSize is how many octets are read at most: a long HAR file, and nothing that
// could fill a memory.
const MaxSize = 32 << 20

// Read returns what a source holds, up to MaxSize octets. A longer one is an error
// and never cut.
func Read(source io.Reader) ([]byte, error) { return io.ReadAll(Limit(source, MaxSize)) }

// ReadFile is Read for a file, which may be a device or a pipe that never ends. An error
// is an *fs.PathError.
func ReadFile(name string) ([]byte, error) { return ReadUpTo(name, MaxSize) }

// ReadUpTo is ReadFile for a file that is never so long: of most octets, whole MiB.
func ReadUpTo(name string, most int64) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(Limit(file, most))
	var known *fs.PathError
	if err != nil && !errors.As(err, &known) {
		err = &fs.PathError{Op: "read", Path: name, Err: err}
	}
	return data, err
}

// Limit is a source of at most so many octets: one more is an error, never an end.
func Limit(source io.Reader, most int64) io.Reader { return &limited{source, most, most} }

type limited struct {
	source     io.Reader
	most, left int64
}

// Read implements io.Reader.
func (l *limited) Read(data []byte) (int, error) {
	if int64(len(data)) > l.left+1 {
		data = data[:l.left+1]
	}
	n, err := l.source.Read(data)
	if l.left -= int64(n); l.left < 0 {
		return 0, fmt.Errorf("it has more than %d MiB; give only the part that matters", l.most>>20)
	}
	return n, err
}

// Decode returns the text of a file in UTF-8 or UTF-16, with or without a byte
// order mark.
func Decode(data []byte) (string, error) {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(data, []byte{0xff, 0xfe, 0, 0}), bytes.HasPrefix(data, []byte{0, 0, 0xfe, 0xff}):
		return "", errors.New("the text is in UTF-32; save it as UTF-8")
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}):
		order, data = binary.LittleEndian, data[2:]
	case bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		order, data = binary.BigEndian, data[2:]
	case len(data) > 1 && data[0] != 0 && data[1] == 0: // ASCII comes first in all that is read here
		order = binary.LittleEndian
	case len(data) > 1 && data[0] == 0 && data[1] != 0:
		order = binary.BigEndian
	}
	if order == nil {
		data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
		if bytes.IndexByte(data, 0) >= 0 {
			return "", errors.New("it holds NUL octets: no text; PEM, JWK or UTF-8 text is read here, no DER")
		}
		return string(data), nil
	}
	if len(data)%2 != 0 {
		return "", errors.New("the text is in UTF-16 and has half a character at its end; it was cut, save it anew")
	}
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	text := make([]byte, 0, len(data))
	for _, r := range utf16.Decode(units) {
		text = utf8.AppendRune(text, r)
	}
	if bytes.IndexByte(text, 0) >= 0 {
		return "", errors.New("it holds NUL characters: no text; PEM, JWK or UTF-8 text is read here, no DER")
	}
	return string(text), nil
}
