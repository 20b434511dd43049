package world

import (
	"encoding/json"
	"strings"
)

// Value is a text, or JSON of any kind.
type Value struct {
	Text string
	JSON string // as it stood in the answer; empty for a text
}

// Quote writes a text as a JSON string, without escapes that only HTML needs.
func Quote(text string) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.Encode(text) // a string: it cannot fail
	return strings.TrimSuffix(b.String(), "\n")
}
