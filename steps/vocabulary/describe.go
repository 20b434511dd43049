package vocabulary

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dpopspec/dpopspec/internal/spelling"
)

// Rooms are the rooms of steps, in the order in which lists show them.
var Rooms = []struct{ Name, Title, Text string }{
	{OwnRoom, "Your own API", "Steps for scenarios that people write for their own APIs."},
	{"proof", "Proofs, at any endpoint", "Steps about one request and its proof, wherever proofs are taken. A scenario that " +
		"sends \"the request\" of an endpoint is tagged with it: `@at:token`, `@at:par`, `@at:userinfo`, `@at:api`."},
	{"server", "The authorization server", "Steps about what an authorization server issues, announces and refuses."},
	{"api", "The API", "Steps about the tokens that an API takes, and its challenges."},
	{"client", "The client", "Steps about what a client sends, and how it takes what it is answered."},
}

// Of returns the vocabulary with the steps of one room alone; empty: of all. A room that
// does not exist is an error.
func (v *Vocabulary) Of(room string) (*Vocabulary, error) {
	var names []string
	for _, r := range Rooms {
		names = append(names, r.Name)
	}
	switch {
	case room == "":
		return v, nil
	case !slices.Contains(names, room):
		return nil, fmt.Errorf("%q is no room of steps; there are %s; did you mean %s?",
			room, strings.Join(names, ", "), spelling.Nearest(room, names))
	}
	return v.those(func(d *Definition) bool { return d.Room == room }), nil
}

// Search returns the vocabulary with the steps alone that hold each of some words: in
// their pattern with the forms of its words, their description or their example. Letter
// case makes no difference.
func (v *Vocabulary) Search(words []string) *Vocabulary {
	return v.those(func(d *Definition) bool {
		text := strings.ToLower(strings.Join([]string{d.Written, d.Pattern.String(), d.Doc, d.Example}, "\n"))
		return !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, strings.ToLower(word)) })
	})
}

func (v *Vocabulary) those(wanted func(*Definition) bool) *Vocabulary {
	some := &Vocabulary{own: v.own, room: v.room}
	for i := range v.Definitions {
		if wanted(&v.Definitions[i]) {
			some.Definitions = append(some.Definitions, v.Definitions[i])
		}
	}
	for _, w := range v.Words {
		if slices.ContainsFunc(some.Definitions, func(d Definition) bool { return strings.Contains(d.Written, "{"+w.Name+"}") }) {
			some.Words = append(some.Words, w)
		}
	}
	return some
}

// under lists the definitions of a room that usually stand behind a keyword.
func (v *Vocabulary) under(room, keyword string) []Definition {
	var list []Definition
	for _, d := range v.Definitions {
		if d.Room == room && d.Keyword == keyword {
			list = append(list, d)
		}
	}
	return list
}

// holds reports whether there are steps of a room.
func (v *Vocabulary) holds(room string) bool {
	return slices.ContainsFunc(v.Definitions, func(d Definition) bool { return d.Room == room })
}

// textWidth is that of a terminal; an example is never broken, so that it can be copied.
const textWidth = 80

// Text lists the vocabulary for a terminal.
func (v *Vocabulary) Text() string {
	var b strings.Builder
	for _, room := range Rooms {
		if !v.holds(room.Name) {
			continue
		}
		fmt.Fprintf(&b, "%s  (--room %s)\n\n", strings.ToUpper(room.Title), room.Name)
		for _, keyword := range keywords {
			for _, d := range v.under(room.Name, keyword) {
				fmt.Fprintf(&b, "%s\n", d.Example)
				for _, line := range broken(d.Doc, textWidth-4) {
					fmt.Fprintf(&b, "    %s\n", line)
				}
				b.WriteByte('\n')
			}
		}
	}
	return b.String()
}

// broken breaks a text into lines, at spaces.
func broken(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && utf8.RuneCountInString(line+" "+word) > width {
			lines = append(lines, line)
			line = ""
		}
		line = strings.TrimSpace(line + " " + word)
	}
	return append(lines, line)
}

var keywords = []string{"Given", "When", "Then"}

// Markdown lists the vocabulary as docs/steps.md.
func (v *Vocabulary) Markdown() string {
	var b strings.Builder
	b.WriteString("# The steps of scenarios\n\nMade by `dpopspec steps --format markdown`; a test keeps it fresh.\n")
	v.markdownWords(&b)
	for _, room := range Rooms {
		if !v.holds(room.Name) {
			continue
		}
		fmt.Fprintf(&b, "\n## %s\n\n%s\n", room.Title, room.Text)
		for _, keyword := range keywords {
			list := v.under(room.Name, keyword)
			if len(list) == 0 {
				continue
			}
			fmt.Fprintf(&b, "\n### %s: %s\n", room.Title, keyword)
			for _, d := range list {
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
		Room    string `json:"room"`  // see Rooms
	}
	list := make([]step, len(v.Definitions))
	for i, d := range v.Definitions {
		list[i] = step{d.Keyword, d.Pattern.String(), d.Written, d.Doc, d.Example, string(d.Argument()), d.Own, d.Room}
	}
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	encoder.Encode(map[string]any{"steps": list}) // strings alone: it cannot fail
	return b.String()
}
