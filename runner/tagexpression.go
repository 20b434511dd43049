package runner

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	tagexpressions "github.com/cucumber/tag-expressions/go/v7"
)

// tagExpression is a standard Cucumber tag expression: tags joined by not, and,
// or and parentheses, not binding closest and or loosest. A backslash takes the
// meaning from a parenthesis, a space or a backslash behind it.
type tagExpression struct {
	Tags []string // those it speaks of, with their at sign

	evaluated tagexpressions.Evaluatable
}

// holds reports whether the expression is true of a scenario with these tags,
// each with its at sign.
func (e *tagExpression) holds(tags []string) bool { return e.evaluated.Evaluate(tags) }

// parseTagExpression reads an expression; an empty one is true of everything.
// The error says at which word it cannot be read.
func parseTagExpression(text string) (*tagExpression, error) {
	e := &tagExpression{}
	words := strings.Map(oneSpace, text)
	err := e.check(words)
	if err == nil {
		e.evaluated, err = tagexpressions.Parse(words)
	}
	if err != nil {
		return nil, fmt.Errorf("the tag expression %q cannot be read: %w", text, err)
	}
	return e, nil
}

// oneSpace replaces white space of every kind: of some kinds the library and check would
// not both take it for the end of a word.
func oneSpace(r rune) rune {
	if unicode.IsSpace(r) {
		return ' '
	}
	return r
}

var (
	tagWord = regexp.MustCompile(`[()]|(?:\\.|[^\s()])+`)
	escaped = regexp.MustCompile(`\\(.)`)
)

// check looks at the order of the words and collects the tags. The library
// panics where a tag is missing at the end, and takes any word for a tag.
func (e *tagExpression) check(text string) error {
	const behind, missing = "follows a complete expression; join tags with and, or", "stands where a tag is missing"
	tagExpected := true
	for i, word := range tagWord.FindAllString(text, -1) {
		problem := ""
		switch word {
		case "(", "not":
			if !tagExpected {
				problem = behind
			}
		case "and", "or", ")":
			if tagExpected {
				problem = missing
			}
			tagExpected = word != ")"
		default:
			if !tagExpected {
				problem = behind
			} else if !strings.HasPrefix(word, "@") {
				problem = "is not a tag; tags begin with @"
			}
			tagExpected = false
			e.Tags = append(e.Tags, escaped.ReplaceAllString(word, "$1"))
		}
		if problem != "" {
			return fmt.Errorf("word %d, %q, %s", i+1, word, problem)
		}
	}
	if tagExpected && strings.TrimSpace(text) != "" {
		return fmt.Errorf("a tag is missing at the end")
	}
	return nil
}
