// Package plaintext reads files that people made, in whatever encoding their system
// writes text.
package plaintext

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// MaxSize is how many octets are read at most: a long HAR file, and nothing that
// could fill a memory.
const MaxSize = 32 << 20

// Read returns what a source holds, up to MaxSize octets. A longer one is an error
// and never cut.
func Read(source io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(source, MaxSize+1))
	if err != nil {
		return nil, err
	}
	if len(data) > MaxSize {
		return nil, fmt.Errorf("it has more than %d MiB; give only the part that matters", MaxSize>>20)
	}
	return data, nil
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
