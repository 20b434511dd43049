package vocabulary

import (
	"fmt"
	"maps"
	"slices"
)

// Meanings is the table that stands beside a word: its forms, and what each
// means to the steps that use it.
type Meanings[T any] map[string]T

// Forms lists the forms in the order of the alphabet, to name the word with.
func (m Meanings[T]) Forms() []string { return slices.Sorted(maps.Keys(m)) }

// Of returns what a form means. That a word has no such form is an error.
func (m Meanings[T]) Of(form string) (T, error) {
	meaning, known := m[form]
	if !known {
		return meaning, fmt.Errorf("%q is none of %q", form, m.Forms())
	}
	return meaning, nil
}
