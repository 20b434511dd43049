package runner

import (
	"fmt"
	"slices"
	"strings"
)

// TagExpression is a standard Cucumber tag expression: tags joined by not, and,
// or and parentheses, not binding closest and or loosest.
type TagExpression struct {
	holds func(tags []string) bool
	Tags  []string // those it speaks of, with their at sign
}

// Holds reports whether the expression is true of a scenario with these tags.
func (e *TagExpression) Holds(tags []string) bool { return e.holds(tags) }

// ParseTagExpression reads an expression; an empty one is true of everything.
func ParseTagExpression(text string) (*TagExpression, error) {
	words := strings.Fields(strings.NewReplacer("(", " ( ", ")", " ) ").Replace(text))
	p := &tagParser{words: words}
	if len(words) == 0 {
		return &TagExpression{holds: func([]string) bool { return true }}, nil
	}
	holds, err := p.or()
	if err == nil && p.at < len(words) {
		err = fmt.Errorf("%q is not expected after a complete expression; join tags with and, or", words[p.at])
	}
	if err != nil {
		return nil, fmt.Errorf("the tag expression %q cannot be read: %w", text, err)
	}
	return &TagExpression{holds, p.tags}, nil
}

type tagParser struct {
	words []string
	at    int
	tags  []string
}

func (p *tagParser) take(word string) bool {
	if p.at < len(p.words) && p.words[p.at] == word {
		p.at++
		return true
	}
	return false
}

func (p *tagParser) or() (func([]string) bool, error) {
	left, err := p.and()
	for err == nil && p.take("or") {
		var right func([]string) bool
		l := left
		right, err = p.and()
		left = func(tags []string) bool { return l(tags) || right(tags) }
	}
	return left, err
}

func (p *tagParser) and() (func([]string) bool, error) {
	left, err := p.not()
	for err == nil && p.take("and") {
		var right func([]string) bool
		l := left
		right, err = p.not()
		left = func(tags []string) bool { return l(tags) && right(tags) }
	}
	return left, err
}

func (p *tagParser) not() (func([]string) bool, error) {
	if p.take("not") {
		inner, err := p.not()
		return func(tags []string) bool { return !inner(tags) }, err
	}
	if p.take("(") {
		inner, err := p.or()
		if err == nil && !p.take(")") {
			err = fmt.Errorf("a parenthesis is not closed")
		}
		return inner, err
	}
	if p.at == len(p.words) {
		return nil, fmt.Errorf("a tag is missing at the end")
	}
	tag := p.words[p.at]
	if !strings.HasPrefix(tag, "@") {
		return nil, fmt.Errorf("%q is not a tag; tags begin with @", tag)
	}
	p.at++
	p.tags = append(p.tags, tag)
	return func(tags []string) bool { return slices.Contains(tags, tag) }, nil
}
