package pasted

import (
	"encoding/json"
	"regexp"
	"strings"

	"github.com/tidwall/gjson"
)

// loggedRequest reads a request as programs log it: a JSON object of its fields, or
// one with url, method and headers. nil: the text is none.
func loggedRequest(text string) []Item {
	if !strings.HasPrefix(text, "{") || !json.Valid([]byte(text)) {
		return nil
	}
	document := gjson.Parse(text)
	item := Item{Kind: Request}
	headers := document
	if inner := document.Get("headers"); inner.IsObject() {
		headers = inner
		item = requested(strings.ToUpper(document.Get("method").String()), document.Get("url").String())
		if !strings.Contains(item.URL, "://") {
			item.URL = ""
		}
	}
	headers.ForEach(func(name, value gjson.Result) bool {
		if value.Type == gjson.String {
			item.Add(name.String(), value.String())
		}
		return true
	})
	if !item.tells() {
		return nil
	}
	return []Item{item}
}

// within is a compact token inside other text.
var within = regexp.MustCompile(`eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){2,4}`)

// tokensWithin returns the tokens that stand inside a text of no known form, such as
// a line of a log, each once.
func tokensWithin(text string) []Item {
	var items []Item
	seen := map[string]bool{}
	for _, one := range within.FindAllString(text, maxItems) {
		if !seen[one] {
			seen[one] = true
			items = append(items, Item{Text: one, Notes: []string{"it was found inside other text"}})
		}
	}
	return items
}
