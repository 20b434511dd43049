package featurelint

import (
	"encoding/json"
	"errors"
	"regexp"
	"strings"

	"github.com/dpopspec/dpopspec/steps/world"
)

// takesJSON are the steps whose doc string is JSON.
var takesJSON = regexp.MustCompile(`\bJSON( is| has)?$|\bto the schema$`)

// json looks at the doc string of a step, if it is to be JSON.
func (l *Lint) json(s Step) {
	text := s.Below.DocString
	if text == nil || !s.Definition.Own ||
		!takesJSON.MatchString(s.Text) && !strings.HasSuffix(text.MediaType, "json") {
		return
	}
	// A saved value may be any JSON, and within quotes it is escaped: a number of the same
	// length fits wherever it may stand.
	filled := world.Placeholder.ReplaceAllStringFunc(text.Content, func(found string) string {
		return strings.Repeat("1", len(found))
	})
	var any json.RawMessage
	err := json.Unmarshal([]byte(filled), &any)
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return
	}
	octet := min(max(int(syntax.Offset)-1, 0), len(filled))
	if strings.Contains(syntax.Error(), "unexpected end") {
		octet = len(filled)
	}
	for _, line := range lines(text.Content, s.Written.DocString.Location) {
		if octet > len(line.text) {
			octet -= len(line.text) + 1
			continue
		}
		l.find(line.line, line.at(octet), false, "the doc string is no JSON: %s; mend it, or send it as it is: with the body",
			syntax.Error())
		return
	}
}
