package pasted

import (
	"encoding/json"
	"regexp"
	"strings"
	"unicode"

	"github.com/dpopspec/dpopspec/internal/visible"
)

// quotes are the marks that people, editors and mail programs put around a text.
var quotes = [][2]string{
	{`"`, `"`}, {`'`, `'`}, {"`", "`"}, {"“", "”"}, {"„", "“"}, {"”", "”"}, {"‘", "’"}, {"‚", "‘"},
	{"«", "»"}, {"»", "«"}, {"<", ">"},
}

// assignment is the name before a quoted text or a token: of a JSON member, of a
// variable, of a form parameter.
var assignment = regexp.MustCompile(
	`^(?:export |set |const |let |var |\$)?["']?[A-Za-z_][A-Za-z0-9_.-]*["']?\s*(?::=|:|=)\s*(.+)$`)

// unwrapped takes away what stands around a text: white space and characters that
// cannot be seen, a fence of Markdown, quotes with the comma behind them, a name
// before it.
func unwrapped(text string) string {
	for range 8 { // more wrappings than that are no wrappings
		before := text
		text = strings.TrimFunc(text, func(r rune) bool {
			return unicode.IsSpace(r) || visible.Hidden(r) || r == 0
		})
		text = unfenced(text)
		if shorter := strings.TrimRight(text, ",;"); unquotable(shorter) {
			text = shorter
		}
		text = unquoted(text)
		if !strings.ContainsAny(text, "\n") {
			if m := assignment.FindStringSubmatch(text); m != nil {
				if value := strings.TrimRight(m[1], ",;"); unquotable(value) {
					text = value
				}
			}
		}
		if text == before {
			return text
		}
	}
	return text
}

// unquotable reports whether a text stands wholly in quotes, or is a token.
func unquotable(text string) bool { return unquoted(text) != text || token(text) }

func unquoted(text string) string {
	var decoded string
	if len(text) > 1 && text[0] == '"' && json.Unmarshal([]byte(text), &decoded) == nil {
		return decoded
	}
	for _, q := range quotes {
		inner, opened := strings.CutPrefix(text, q[0])
		inner, closed := strings.CutSuffix(inner, q[1])
		if opened && closed && !strings.Contains(inner, q[0]) && !strings.Contains(inner, q[1]) {
			return inner
		}
	}
	return text
}

// unfenced takes a fence of Markdown away.
func unfenced(text string) string {
	inner, opened := strings.CutPrefix(text, "```")
	inner, closed := strings.CutSuffix(inner, "```")
	if first, rest, more := strings.Cut(inner, "\n"); opened && closed && more && !strings.Contains(first, " ") {
		return rest
	}
	return text
}

// compactForm is a JWS or a JWE in compact form; base64url of a JSON object that
// begins with its first member always begins so.
var compactForm = regexp.MustCompile(`^(?:(?:DPoP|Bearer) +)?eyJ[A-Za-z0-9_=+/-]*(?:\.[A-Za-z0-9_=+/-]*){2,4}$`)

func token(text string) bool { return compactForm.MatchString(text) }

// texts returns a text that is no message: several tokens, one a line or one a
// word, or the whole as it stands. A token that was broken into lines is put
// together.
func texts(text string) []Item {
	var several []Item
	for _, line := range strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }) {
		if line = unwrapped(line); !token(line) {
			several = nil
			break
		}
		several = append(several, Item{Text: line})
	}
	if len(several) > 1 {
		return several
	}
	if words := strings.Fields(text); len(words) > 1 {
		for _, word := range words {
			if word = unwrapped(word); !token(word) {
				several = nil
				break
			}
			several = append(several, Item{Text: word})
		}
		if len(several) > 1 {
			return several
		}
		if joined := strings.Join(words, ""); token(joined) && strings.ContainsAny(text, "\n") {
			return []Item{{Text: joined, Notes: []string{"the line breaks inside it were taken out"}}}
		}
		if found := tokensWithin(text); found != nil {
			return found
		}
	}
	return []Item{{Text: text}}
}
