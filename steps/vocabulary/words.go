package vocabulary

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Word is a parameter of steps that is named once: in the pattern of a step
// {proof} stands for each form of the word proof, and the handler gets the form
// that a scenario uses.
type Word struct {
	Name  string
	Doc   string   // one line: what it says
	Forms []string // each as it stands in a step
}

// named finds {word} in a pattern. An escaped brace and a count such as {2} are
// none.
var named = regexp.MustCompile(`(^|[^\\])\{([a-z][a-z-]*)\}`)

// Word names a parameter before the steps that use it. To name it again with the
// same forms changes nothing; with others it is a mistake of the programmer.
func (v *Vocabulary) Word(name, doc string, forms ...string) {
	word := Word{name, doc, forms}
	if known, found := v.word(name); found {
		if known.Doc != doc || !slices.Equal(known.Forms, forms) {
			panic(fmt.Sprintf("the word {%s} is named twice, with other forms", name))
		}
		return
	}
	v.Words = append(v.Words, word)
}

func (v *Vocabulary) word(name string) (Word, bool) {
	i := slices.IndexFunc(v.Words, func(w Word) bool { return w.Name == name })
	if i < 0 {
		return Word{}, false
	}
	return v.Words[i], true
}

// spelledOut puts the forms of each word in the place of its name. A word that
// nobody has named is a mistake of the programmer.
func (v *Vocabulary) spelledOut(pattern string) string {
	return named.ReplaceAllStringFunc(pattern, func(found string) string {
		before, name, _ := strings.Cut(found, "{")
		word, known := v.word(strings.TrimSuffix(name, "}"))
		if !known {
			panic(fmt.Sprintf("the step %s uses the word {%s, which nobody has named", pattern, name))
		}
		return before + word.group()
	})
}

// group is the part of a pattern that captures a form of the word: the longest
// that fits.
func (w Word) group() string {
	forms := slices.Clone(w.Forms)
	slices.SortStableFunc(forms, func(a, b string) int { return len(b) - len(a) })
	for i, form := range forms {
		forms[i] = regexp.QuoteMeta(form)
	}
	return "(" + strings.Join(forms, "|") + ")"
}
