package steps

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Text lists the vocabulary for a terminal.
func (v *Vocabulary) Text() string {
	var b strings.Builder
	for _, d := range v.Definitions {
		fmt.Fprintf(&b, "%s\n    %s\n", d.Example, d.Doc)
	}
	return b.String()
}

// Markdown lists the vocabulary as docs/steps.md.
func (v *Vocabulary) Markdown() string {
	var b strings.Builder
	b.WriteString("# The steps of scenarios\n\nMade by `dpopspec steps --format markdown`; a test keeps it fresh.\n")
	for _, keyword := range []string{"Given", "When", "Then"} {
		fmt.Fprintf(&b, "\n## %s\n", keyword)
		for _, d := range v.Definitions {
			if d.Keyword == keyword {
				fmt.Fprintf(&b, "\n### `%s`\n\n%s\n\n```gherkin\n%s\n```\n", strings.Trim(d.Pattern.String(), "^$"), d.Doc, d.Example)
			}
		}
	}
	return b.String()
}

// JSON lists the vocabulary for programs.
func (v *Vocabulary) JSON() string {
	type step struct {
		Keyword string `json:"keyword"`
		Pattern string `json:"pattern"`
		Doc     string `json:"description"`
		Example string `json:"example"`
	}
	list := make([]step, len(v.Definitions))
	for i, d := range v.Definitions {
		list[i] = step{d.Keyword, d.Pattern.String(), d.Doc, d.Example}
	}
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	encoder.Encode(map[string]any{"steps": list}) // strings alone: it cannot fail
	return b.String()
}
