package vocabulary

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// Definition is one step of the vocabulary.
type Definition struct {
	Keyword string // Given, When or Then: where it usually stands
	Written string // the pattern as it was written, with the names of words
	Pattern *regexp.Regexp
	Doc     string // one line
	Example string // a step as it may stand in a feature file
	Handler any    // func(*S, values…) error, where S is what a room remembers of a case; see Bind
	Traits

	begins string // literal text that every match begins with
}

// Traits are what a definition is beside a pattern and a handler. They are said
// of the group in which it is registered.
type Traits struct {
	Own      bool // made for scenarios of a person's own API
	MayWait  bool // against a real party it takes time, up to limits.patience
	Protects bool // it stands for probes at the endpoints that it names

	check func(d *Definition, text string) error // see Check
}

// Vocabulary is the set of steps that feature files may use. Its patterns are
// compiled once.
type Vocabulary struct {
	Definitions []Definition
	Words       []Word // the parameters that patterns name
	own         bool   // what is added are steps of people's own
}

// With returns the vocabulary with the steps that add registers beside it. The
// vocabulary itself stays as it is.
func (v *Vocabulary) With(add func(*Vocabulary)) *Vocabulary {
	more := &Vocabulary{Definitions: slices.Clone(v.Definitions), Words: slices.Clone(v.Words), own: true}
	add(more)
	return more
}

// Group is a set of steps over S, which is what their room remembers of a case.
type Group[S any] struct {
	v      *Vocabulary
	traits Traits
}

// For returns a group of steps that are registered in a vocabulary. Their
// handlers are functions of *S and of what their pattern captures, which return
// an error.
func For[S any](v *Vocabulary) Group[S] { return Group[S]{v, Traits{Own: v.own}} }

// ForOwnAPIs says that the steps of the group are made for scenarios of a
// person's own API, so that lists show them first.
func (g Group[S]) ForOwnAPIs() Group[S] {
	g.traits.Own = true
	return g
}

// MayWait says that the steps of the group may wait at a real party.
func (g Group[S]) MayWait() Group[S] {
	g.traits.MayWait = true
	return g
}

// Protect says that the steps of the group stand for probes at endpoints, which
// their patterns name in the groups operation and api.
func (g Group[S]) Protect() Group[S] {
	g.traits.Protects = true
	return g
}

// Checked gives the steps of the group a check of their text, see Check.
func (g Group[S]) Checked(check func(d *Definition, text string) error) Group[S] {
	g.traits.check = check
	return g
}

// Given registers a step that arranges an embedded party or requires a real one.
func (g Group[S]) Given(pattern string, handler any, doc, example string) {
	g.add("Given", pattern, handler, doc, example)
}

// When registers a step in which something happens.
func (g Group[S]) When(pattern string, handler any, doc, example string) {
	g.add("When", pattern, handler, doc, example)
}

// Then registers a step that states what must follow.
func (g Group[S]) Then(pattern string, handler any, doc, example string) {
	g.add("Then", pattern, handler, doc, example)
}

func (g Group[S]) add(keyword, pattern string, handler any, doc, example string) {
	spelled := g.v.spelledOut(pattern)
	d := Definition{
		Keyword: keyword, Written: pattern, Pattern: regexp.MustCompile(spelled),
		Doc: doc, Example: example, Handler: handler, Traits: g.traits, begins: beginning(spelled),
	}
	d.mustBind(reflect.TypeFor[*S]())
	g.v.Definitions = append(g.v.Definitions, d)
}

// beginning returns the literal text that every match of an anchored pattern
// begins with. The regexp package tells it of patterns without anchor alone.
func beginning(pattern string) string {
	rest, anchored := strings.CutPrefix(pattern, "^")
	if !anchored || outsideGroups(rest, '|') {
		return ""
	}
	text, _ := regexp.MustCompile(rest).LiteralPrefix()
	return text
}

// outsideGroups reports whether a character stands in a pattern outside all
// groups.
func outsideGroups(pattern string, sought byte) bool {
	depth := 0
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == '\\':
			i++
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == sought && depth == 0:
			return true
		}
	}
	return false
}

// Match returns every definition whose pattern matches the text of a step: none
// if the step is undefined, several if it is ambiguous.
func (v *Vocabulary) Match(text string) []*Definition {
	var found []*Definition
	for i := range v.Definitions {
		if d := &v.Definitions[i]; strings.HasPrefix(text, d.begins) && d.Pattern.MatchString(text) {
			found = append(found, d)
		}
	}
	return found
}

// Scene is one case as its steps see it.
type Scene interface {
	// Room returns what a room of steps remembers of the case: a pointer to the
	// one value of that type which the case has.
	Room(kind reflect.Type) any
}

// Nearest returns up to three examples whose words are closest to the text of
// an unknown step.
func (v *Vocabulary) Nearest(text string) []string {
	type scored struct {
		example string
		score   float64
	}
	words := wordsOf(text)
	var list []scored
	for _, d := range v.Definitions {
		example, _, _ := strings.Cut(d.Example, "\n") // without what stands below it
		candidate := wordsOf(example)
		common := 0
		for word := range words {
			if candidate[word] {
				common++
			}
		}
		if common > 0 {
			list = append(list, scored{example, 2 * float64(common) / float64(len(words)+len(candidate))})
		}
	}
	slices.SortStableFunc(list, func(a, b scored) int {
		switch {
		case a.score > b.score:
			return -1
		case a.score < b.score:
			return 1
		}
		return 0
	})
	var nearest []string
	for _, s := range list[:min(3, len(list))] {
		nearest = append(nearest, s.example)
	}
	return nearest
}

func wordsOf(text string) map[string]bool {
	words := map[string]bool{}
	for _, word := range strings.Fields(strings.ToLower(text)) {
		switch word = strings.Trim(word, `"'.,:`); word {
		case "given", "when", "then", "and", "but", "*", "the", "a", "an", "":
		default:
			words[word] = true
		}
	}
	return words
}
