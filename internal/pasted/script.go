package pasted

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"sort"
	"strings"

	"github.com/dpopspec/dpopspec/internal/wire"
)

// Add appends a field line.
func (i *Item) Add(name, value string) {
	i.Fields = append(i.Fields, wire.Field{Name: strings.TrimSpace(name), Value: strings.TrimSpace(value)})
}

// requested makes an item of a request to a whole URL.
func requested(method, url string) Item {
	item := Item{Kind: Request, Method: method, URL: url, Target: url}
	if scheme, _, found := strings.Cut(url, "://"); found {
		item.Scheme = scheme
	}
	return item
}

// quotedOf is a string of PowerShell, in either quotes.
const quotedOf = "(?:\"((?:[^\"`]|`.)*)\"|'((?:[^']|'')*)')"

var (
	psURI    = regexp.MustCompile(`(?i)-Uri[\s:]+(?:` + quotedOf + `|([^\s"'` + "`" + `]+))`)
	psMethod = regexp.MustCompile(`(?i)-Method[\s:]+(?:` + quotedOf + `|([A-Za-z]+))`)
	psTable  = regexp.MustCompile(`(?is)-Headers\s+@\{(.*?)\}`)
	psPair   = regexp.MustCompile(`(?:` + quotedOf + `|([A-Za-z][\w-]*))\s*=\s*` + quotedOf)
)

// webRequests reads what browsers copy for PowerShell.
func webRequests(text string) ([]Item, error) {
	starts := webRequest.FindAllStringIndex(text, -1)
	var items []Item
	for n, start := range starts {
		end := len(text)
		if n+1 < len(starts) {
			end = starts[n+1][0]
		}
		call := text[start[0]:end]
		uri := psURI.FindStringSubmatch(call)
		if uri == nil {
			continue
		}
		method := "GET"
		if m := psMethod.FindStringSubmatch(call); m != nil {
			method = strings.ToUpper(psText(m[1:]))
		}
		item := requested(method, psText(uri[1:]))
		if table := psTable.FindStringSubmatch(call); table != nil {
			for _, pair := range psPair.FindAllStringSubmatch(table[1], -1) {
				item.Add(psText(pair[1:4]), psText(pair[4:6]))
			}
		}
		if len(starts) > 1 {
			item.Name = fmt.Sprintf("command %d", n+1)
		}
		items = append(items, item)
	}
	if items == nil {
		return nil, errors.New("the command of PowerShell has no -Uri with an address behind it")
	}
	return items, nil
}

// psText is the string that one of the groups of quotedOf holds, or a bare word.
func psText(groups []string) string {
	for i, text := range groups {
		if text == "" {
			continue
		}
		if i == 1 {
			return strings.ReplaceAll(text, "''", "'")
		}
		return regexp.MustCompile("`(.)").ReplaceAllString(text, "$1")
	}
	return ""
}

// fetchArgs are the arguments of fetch as browsers copy them.
var fetchArgs = regexp.MustCompile(`(?s)^fetch\(\s*("(?:[^"\\]|\\.)*")\s*(?:,\s*(\{.*\})\s*)?\)`)

// fetchCall reads a call of fetch as browsers copy it: its options are JSON.
func fetchCall(text string) ([]Item, error) {
	const remedy = "; copy it from the network panel of a browser, or as cURL"
	m := fetchArgs.FindStringSubmatch(text)
	var url string
	if m == nil || json.Unmarshal([]byte(m[1]), &url) != nil {
		return nil, errors.New("the call of fetch cannot be read" + remedy)
	}
	var options struct {
		Headers map[string]string
		Method  string
		Body    any
	}
	if m[2] != "" {
		if err := json.Unmarshal([]byte(m[2]), &options); err != nil {
			return nil, errors.New("the options of fetch are no JSON" + remedy)
		}
	}
	if options.Method == "" {
		options.Method = "GET"
	}
	item := requested(options.Method, url)
	names := make([]string, 0, len(options.Headers))
	for name := range options.Headers {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		item.Add(name, options.Headers[name])
	}
	return []Item{item}, nil
}
