// Package curl writes requests that reports show as commands for a shell. What a
// stranger wrote stays one word of the command, whatever stands in it; what is masked
// becomes a variable that whoever runs the command has to set.
package curl

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// masked is what stands in a report for a secret: a word of ours, or the beginning of a
// token with its length.
var masked = regexp.MustCompile(`\[masked(?: private key)?\]|[A-Za-z0-9_.~+-]{0,10}…\([0-9]+\)`)

// cutOff is what stands behind the beginning of a text that was too long for a report.
var cutOff = regexp.MustCompile(`… \([0-9]+ octets\)`)

// Command returns the command that sends a request again: its start line, field lines and
// body as a report shows them, to a URL. Where something is missing, a comment says so.
func Command(address, request string) string {
	head, body, _ := strings.Cut(strings.ReplaceAll(request, "\r\n", "\n"), "\n\n")
	lines := strings.Split(head, "\n")
	method, _, _ := strings.Cut(lines[0], " ")
	c := command{words: []string{"curl --globoff --path-as-is --include --request " + word(method)}}
	c.add("--proto", "=http,https") // never a file, whatever the address says
	c.add("--url", word(filled(address, "URL")))
	for _, line := range lines[1:] {
		c.field(line, address)
	}
	if body != "" {
		c.body(body)
	}
	return c.String()
}

type command struct {
	words    []string
	comments []string
	proof    bool
	typed    bool
}

func (c *command) add(option string, value string) { c.words = append(c.words, option+" "+value) }

func (c *command) remark(text string) { c.comments = append(c.comments, text) }

// unsent are fields that curl makes by itself.
var unsent = map[string]bool{"content-length": true, "transfer-encoding": true, "connection": true}

// field adds a field line. One that curl would read otherwise, a file by its name or a
// field that is to be left out, is not sent.
func (c *command) field(line, address string) {
	name, value, colon := strings.Cut(line, ":")
	value = strings.TrimPrefix(value, " ")
	lower := strings.ToLower(name)
	switch {
	case !colon || name == "" || strings.HasPrefix(name, "@") || strings.ContainsAny(name, ";\x00") || strings.ContainsRune(value, 0):
		c.remark("A field line is left out that curl cannot send.")
		return
	case unsent[lower] || lower == "host" && sameHost(value, address):
		return
	}
	c.proof = c.proof || lower == "dpop"
	c.typed = c.typed || lower == "content-type"
	text := name + ": " + value
	if value == "" {
		text = name + ";" // so curl sends an empty one
	}
	if cutOff.MatchString(value) {
		c.remark("A field was cut in the report.")
	}
	c.add("--header", word(filled(text, name)))
}

func sameHost(host, address string) bool {
	u, err := url.Parse(address)
	return err == nil && strings.EqualFold(u.Host, host)
}

func (c *command) body(body string) {
	if strings.ContainsRune(body, 0) {
		c.remark("The body is left out: it has an octet that no argument can hold.")
		return
	}
	if cutOff.MatchString(body) {
		c.remark("The body was cut in the report.")
	}
	if !c.typed {
		c.add("--header", "'Content-Type:'") // else curl adds one of its own
	}
	c.add("--data-raw", word(filled(body, "BODY")))
}

// String is the command with its comments before it.
func (c *command) String() string {
	if c.proof {
		c.comments = append([]string{"The DPoP proof is single-use, for this method, URL and minute, and masked here. " +
			"Set the variable to a new proof each time."}, c.comments...)
	}
	text := ""
	for i, comment := range c.comments {
		if i == 0 || comment != c.comments[i-1] {
			text += "# " + comment + "\n"
		}
	}
	return text + strings.Join(c.words, " \\\n  ")
}

// piece is a part of a word: text, or the name of a variable.
type piece struct{ text, variable string }

// named is what stands before a value in a form, a document, a cookie or a field line.
var named = regexp.MustCompile(`([A-Za-z][A-Za-z0-9_.-]*)["']?(?:=|:\s*)["']?$`)

// filled is a text with variables for what is masked in it. A variable is called as the
// value is, or as the field in which it stands, behind a word of ours: it must not be
// one that a shell has for something else.
func filled(text, field string) (pieces []piece) {
	at := 0
	for _, m := range masked.FindAllStringIndex(text, -1) {
		name := field
		if found := named.FindStringSubmatch(text[:m[0]]); found != nil {
			name = found[1]
		}
		pieces = append(pieces, piece{text: text[at:m[0]]}, piece{variable: variable(name)})
		at = m[1]
	}
	return append(pieces, piece{text: text[at:]})
}

// variable is a name as shells take one.
func variable(name string) string {
	const most = 40
	upper := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z' || r >= '0' && r <= '9':
			return r
		}
		return '_'
	}, name[:min(len(name), most)])
	return "MASKED_" + upper
}

// word is one word of a command of bash, zsh and their like, whatever stands in it. A
// variable that is not set ends the command.
func word[T string | []piece](of T) string {
	var pieces []piece
	switch of := any(of).(type) {
	case string:
		pieces = []piece{{text: of}}
	case []piece:
		pieces = of
	}
	var b strings.Builder
	for _, p := range pieces {
		switch {
		case p.variable != "":
			fmt.Fprintf(&b, `"${%s:?}"`, p.variable)
		case p.text != "":
			b.WriteString(quoted(p.text))
		}
	}
	if b.Len() == 0 {
		return "''"
	}
	return b.String()
}

// quoted is a text in quotes. Where it holds more than printable ASCII, each such octet
// is written by its number: nothing of it steers a terminal.
func quoted(text string) string {
	plain := true
	for _, r := range []byte(text) {
		plain = plain && r >= ' ' && r <= '~' && r != '\'' && r != '!'
	}
	if plain {
		return "'" + text + "'"
	}
	var b strings.Builder
	b.WriteString("$'")
	for _, o := range []byte(text) {
		switch {
		case o == '\\':
			b.WriteString(`\\`)
		case o == '\'' || o == '!' || o < ' ' || o > '~':
			fmt.Fprintf(&b, `\x%02x`, o)
		default:
			b.WriteByte(o)
		}
	}
	b.WriteString("'")
	return b.String()
}
