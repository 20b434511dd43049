package forge

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/dpopspec/dpopspec/dpop"
)

// This file writes an object, or a text of base64url, in other ways that mean the
// same, be it to a lenient reader alone.

func reverse(o *dpop.Object) { slices.Reverse(*o) }

// escapeValues writes every string value of an object with \u escapes.
func escapeValues(o *dpop.Object) {
	for i, m := range *o {
		if text, err := o.Text(m.Name); err == nil {
			(*o)[i].Value = escaped(text)
		}
	}
}

// escapeNames writes an object with every name escaped.
func escapeNames(o dpop.Object) []byte {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(escaped(m.Name))
		b.WriteByte(':')
		b.Write(m.Value)
	}
	b.WriteByte('}')
	return b.Bytes()
}

// escaped writes a JSON string in which every character is an escape (RFC 8259
// §7).
func escaped(text string) json.RawMessage {
	var b bytes.Buffer
	b.WriteByte('"')
	for _, unit := range utf16.Encode([]rune(text)) {
		fmt.Fprintf(&b, `\u%04x`, unit)
	}
	b.WriteByte('"')
	return b.Bytes()
}

// padded gives base64url text the equals signs that RFC 4648 §3.2 wants and RFC
// 7515 §2 does not.
func padded(text string) string { return text + strings.Repeat("=", (4-len(text)%4)%4) }

// trailing gives base64url text whose last character carries unused bits
// another last character, which a lenient reader takes for the same.
func trailing(text string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := len(text) - 1
	return text[:last] + string(alphabet[strings.IndexByte(alphabet, text[last])|1])
}
