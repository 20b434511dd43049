package runner

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/dpopspec/dpopspec/internal/mask"
)

// parserError is how the parser tells where something is wrong.
var parserError = regexp.MustCompile(`\((\d+):(\d+)\): (.*)`)

// syntaxFindings are what keeps a source from being parsed, each with its place; without one
// the file as a whole is meant.
func syntaxFindings(source Source, err error) []Finding {
	var limit *limitError
	if errors.As(err, &limit) {
		return []Finding{{File: source.Path, Line: limit.line, Column: 1, Message: limit.Error()}}
	}
	var found []Finding
	for _, m := range parserError.FindAllStringSubmatch(err.Error(), -1) {
		line, _ := strconv.Atoi(m[1])
		column, _ := strconv.Atoi(m[2])
		// The parser quotes the line, however long it is.
		found = append(found, Finding{File: source.Path, Line: line, Column: column, Message: mask.Head(m[3], maxShown)})
	}
	if found == nil {
		found = []Finding{{File: source.Path, Message: mask.Head(err.Error(), maxShown)}}
	}
	return found
}

// syntaxError is the same as one error, a line each.
func syntaxError(source Source, err error) error {
	var lines []string
	for _, f := range syntaxFindings(source, err) {
		if f.Line == 0 {
			return fmt.Errorf("%s: %s", f.File, f.Message)
		}
		lines = append(lines, f.String())
	}
	return errors.New(strings.Join(lines, "\n"))
}
