package reports

import (
	"fmt"
	"strings"
	"unicode"
)

// Answer is how a server answered what a finding is about. Code and Words are the
// server's own, a stranger's words.
type Answer struct {
	Outcome Outcome
	Status  int    // of HTTP; 0: no answer came
	Code    string // the error that it gave: invalid_dpop_proof
	Words   string // what it said of the error
}

// Outcome is what an answer means, whatever its words.
type Outcome string

// The outcomes of a request.
const (
	Accepted   Outcome = "accepted"               // granted what was asked for
	Refused    Outcome = "refused"                // a client error
	Challenged Outcome = "challenged for a nonce" // a nonce was asked for
	BrokeDown  Outcome = "broke down"             // a server error, or a connection that broke each time
	Unclear    Outcome = "unclear"                // neither granted nor refused
)

// What a line shows at most of a server's words.
const (
	codeWidth  = 40
	wordsWidth = 80
)

// String is the answer in one short line: refused, 401, error "invalid_token" ("expired").
func (a Answer) String() string {
	if a.Outcome == "" {
		return ""
	}
	text := string(a.Outcome)
	if a.Status != 0 {
		text += fmt.Sprintf(", %d", a.Status)
	}
	if a.Code != "" {
		text += ", error " + quoted(a.Code, codeWidth)
	}
	if a.Words != "" {
		text += " (" + quoted(a.Words, wordsWidth) + ")"
	}
	return text
}

// quoted is a stranger's words in quotes, on one line and brief.
func quoted(s string, width int) string {
	return `"` + strings.ReplaceAll(clip(oneLine(s), width), `"`, "'") + `"`
}

// gist is what a server says in every answer of a kind: its words without those
// that have a digit, such as times and numbers of requests.
func gist(words string) string {
	kept := strings.FieldsFunc(strings.ToLower(words), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '-'
	})
	var b strings.Builder
	for _, word := range kept {
		if !strings.ContainsFunc(word, unicode.IsDigit) {
			b.WriteString(word + " ")
		}
	}
	return b.String()
}
