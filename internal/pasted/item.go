// Package pasted reads what people paste or pipe: from a terminal, a browser, a
// log, a file of Windows. It finds the messages and texts in it and judges nothing.
package pasted

import (
	"encoding/json" // whose Valid bears any depth
	"errors"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/internal/plaintext"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// Kind is what an item is.
type Kind int

// The kinds of items.
const (
	Text    Kind = iota // a token, a proof, a challenge, a JSON document
	Request             // an HTTP request, or field lines of one
	Answer              // an HTTP response, or field lines of one
)

// Item is one thing that was found in what was pasted.
type Item struct {
	Kind Kind
	Name string // where it stood, such as "entry 2"; empty for what stands alone
	Text string // of Kind Text, without quotes and what else surrounded it

	Method string // of a request; empty if it is not known
	Target string // the request-target, as it stood
	URL    string // where the request went; empty if it is not known
	Scheme string // of URL; empty if the text does not say
	Status string // the status line of an answer
	Fields wire.Fields
	Body   string
	At     time.Time // when it was sent; zero if it is not known

	Partial bool // of a request: there are fields that the text does not show

	Notes []string // what a reader should know about how it was read
}

// maxItems is how many items are kept of one text.
const maxItems = 500

// Items returns what a text holds, at least one item. A text that is of no known
// form is one item of Kind Text.
func Items(data []byte) ([]Item, error) {
	if len(data) > plaintext.MaxSize {
		return nil, errors.New("there is too much to read; give only the part that matters")
	}
	text, err := plaintext.Decode(data)
	if err != nil {
		return nil, err
	}
	text = unwrapped(plainly(text))
	if text == "" {
		return nil, errors.New("there is nothing in it")
	}
	var items []Item
	switch {
	case commandLine(text):
		items, err = commands(text)
	case strings.HasPrefix(text, "fetch("):
		items, err = fetchCall(text)
	case archive(text):
		items, err = entries(text)
	case (strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[")) && json.Valid([]byte(text)):
		if items = loggedRequest(text); items == nil {
			items = []Item{{Text: text}}
		}
	default:
		if items = messages(text); items == nil {
			items = texts(text)
		}
	}
	if len(items) > maxItems {
		return nil, errors.New("there are more than 500 requests in it; give only those that matter")
	}
	return items, err
}
