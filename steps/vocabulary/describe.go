package vocabulary

import (
	"encoding/json"
	"fmt"
	"strings"
)

// headings are the two kinds of steps, in the order in which lists show them.
var headings = []struct {
	own         bool
	title, text string
}{
	{true, "Your own API", "Steps for scenarios that people write for their own APIs."},
	{false, "Conformance", "Steps in the language of RFC 9449, of which the built-in scenarios are made. " +
		"A scenario that sends \"the request\" of an endpoint is tagged with it: `@at:token`, `@at:par`, `@at:userinfo`, `@at:api`."},
}

// under lists the definitions of a kind that usually stand behind a keyword.
func (v *Vocabulary) under(own bool, keyword string) []Definition {
	var list []Definition
	for _, d := range v.Definitions {
		if d.Own == own && d.Keyword == keyword {
			list = append(list, d)
		}
	}
	return list
}

// Text lists the vocabulary for a terminal.
func (v *Vocabulary) Text() string {
	var b strings.Builder
	for _, h := range headings {
		fmt.Fprintf(&b, "%s\n\n", strings.ToUpper(h.title))
		for _, keyword := range keywords {
			for _, d := range v.under(h.own, keyword) {
				fmt.Fprintf(&b, "%s\n    %s\n\n", d.Example, d.Doc)
			}
		}
	}
	return b.String()
}

var keywords = []string{"Given", "When", "Then"}

// Markdown lists the vocabulary as docs/steps.md.
func (v *Vocabulary) Markdown() string {
	var b strings.Builder
	b.WriteString("# The steps of scenarios\n\nMade by `dpopspec steps --format markdown`; a test keeps it fresh.\n")
	v.markdownWords(&b)
	for _, h := range headings {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n", h.title, h.text)
		for _, keyword := range keywords {
			fmt.Fprintf(&b, "\n### %s: %s\n", h.title, keyword)
			for _, d := range v.under(h.own, keyword) {
				fmt.Fprintf(&b, "\n%s\n\n```gherkin\n%s\n```\n\nPattern: `%s`\n", d.Doc, d.Example, strings.Trim(d.Written, "^$"))
			}
		}
	}
	return b.String()
}

// markdownWords lists the words that patterns name.
func (v *Vocabulary) markdownWords(b *strings.Builder) {
	if len(v.Words) == 0 {
		return
	}
	b.WriteString("\n## Words\n\nA pattern names them in braces; a step holds one of their forms.\n\n")
	for _, w := range v.Words {
		fmt.Fprintf(b, "* `{%s}` — %s Forms: `%s`\n", w.Name, w.Doc, strings.Join(w.Forms, "`, `"))
	}
}

// JSON lists the vocabulary for programs.
func (v *Vocabulary) JSON() string {
	type step struct {
		Keyword string `json:"keyword"`
		Pattern string `json:"pattern"`
		Written string `json:"written"` // with the names of words
		Doc     string `json:"description"`
		Example string `json:"example"`
		Below   string `json:"below"` // "a table", "a doc string" or empty
		Own     bool   `json:"own"`   // made for scenarios of people's own APIs
	}
	list := make([]step, len(v.Definitions))
	for i, d := range v.Definitions {
		list[i] = step{d.Keyword, d.Pattern.String(), d.Written, d.Doc, d.Example, string(d.Argument()), d.Own}
	}
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	encoder.Encode(map[string]any{"steps": list}) // strings alone: it cannot fail
	return b.String()
}
