package pasted

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/tidwall/gjson"
)

// har is the part of a HAR file (HTTP Archive 1.2) that is read. No secret hangs on
// a member that stands twice, so the parser of the standard library will do.
type har struct {
	Log struct{ Entries []harEntry }
}

type harEntry struct {
	StartedDateTime string
	Request         struct {
		Method, URL string
		Headers     []harField
		PostData    struct{ Text string }
	}
	Response struct {
		Status     int
		StatusText string
		Headers    []harField
		Content    struct{ Text, Encoding string }
	}
}

type harField struct{ Name, Value string }

// archive reports whether a text is a HAR file, or one entry of it.
func archive(text string) bool {
	return strings.HasPrefix(text, "{") && json.Valid([]byte(text)) &&
		(gjson.Get(text, "log.entries").IsArray() || gjson.Get(text, "request.headers").IsArray())
}

// telling are the fields for which an entry is looked at.
var telling = []string{"DPoP", "DPoP-Nonce", "Authorization", "WWW-Authenticate"}

// entries reads the entries of a HAR file that have to do with DPoP or tokens.
func entries(text string) ([]Item, error) {
	var file har
	if strings.HasPrefix(text, "{") && !gjson.Get(text, "log.entries").IsArray() {
		file.Log.Entries = make([]harEntry, 1)
		if err := json.Unmarshal([]byte(text), &file.Log.Entries[0]); err != nil {
			return nil, fmt.Errorf("the entry of a HAR file cannot be read: %w", err)
		}
	} else if err := json.Unmarshal([]byte(text), &file); err != nil {
		return nil, fmt.Errorf("the HAR file cannot be read: %w", err)
	}
	var items []Item
	for n, entry := range file.Log.Entries {
		request := requested(entry.Request.Method, entry.Request.URL)
		answer := Item{Kind: Answer, Body: entry.Response.Content.Text}
		answer.Status = strings.TrimSpace(fmt.Sprintf("%d %s", entry.Response.Status, entry.Response.StatusText))
		if entry.Response.Content.Encoding != "" {
			answer.Body = ""
		}
		request.Body = entry.Request.PostData.Text
		if at, err := time.Parse(time.RFC3339Nano, entry.StartedDateTime); err == nil {
			request.At = at
		}
		request.fields(entry.Request.Headers)
		answer.fields(entry.Response.Headers)
		request.Name = fmt.Sprintf("entry %d", n+1)
		answer.Name = request.Name
		if request.tells() {
			items = append(items, request)
		}
		if answer.tells() {
			items = append(items, answer)
		}
	}
	if items == nil {
		return nil, errors.New("no entry of the HAR file has a DPoP, Authorization or WWW-Authenticate field; " +
			"browsers leave them out unless it is exported with sensitive data")
	}
	return items, nil
}

func (i *Item) fields(list []harField) {
	for _, f := range list {
		if !strings.HasPrefix(f.Name, ":") {
			i.Add(f.Name, f.Value)
		}
	}
}

func (i *Item) tells() bool {
	for _, name := range telling {
		if len(i.Fields.Values(name)) > 0 {
			return true
		}
	}
	return false
}
