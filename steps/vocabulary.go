package steps

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Definition is one step of the vocabulary.
type Definition struct {
	Keyword string // Given, When or Then: where it usually stands
	Pattern *regexp.Regexp
	Doc     string // one line
	Example string // a step as it may stand in a feature file
	Handler any    // func(*World, values…) error; see Bind
	Traits

	begins string // literal text that every match begins with
}

// Traits are what a definition is beside a pattern and a handler. They are said
// where it is registered, and hold for the whole group of steps.
type Traits struct {
	Own      bool // made for scenarios of a person's own API
	MayWait  bool // against a real party it takes time, up to limits.patience
	Protects bool // it stands for probes at the endpoints that it names, see Protected

	check func(d *Definition, text string) error // see Check
}

// Vocabulary is the set of steps that feature files may use. Its patterns are
// compiled once.
type Vocabulary struct {
	Definitions []Definition
	traits      Traits // of the steps being registered
}

// Standard returns the vocabulary that this package brings.
var Standard = sync.OnceValue(func() *Vocabulary {
	v := &Vocabulary{}
	for _, register := range registrations {
		v.traits = Traits{}
		register(v)
	}
	return v
})

// registrations are the groups of steps, one file each.
var registrations []func(*Vocabulary)

// ForOwnAPIs says that the steps of this group are made for scenarios of a
// person's own API, so that lists show them first.
func (v *Vocabulary) ForOwnAPIs() { v.traits.Own = true }

// MayWait says that the steps of this group may wait at a real party.
func (v *Vocabulary) MayWait() { v.traits.MayWait = true }

// Protect says that the steps of this group stand for probes at endpoints, which
// their patterns name in the groups operation and api.
func (v *Vocabulary) Protect() { v.traits.Protects = true }

// Checked gives the steps of this group a check of their text, see Check.
func (v *Vocabulary) Checked(check func(d *Definition, text string) error) { v.traits.check = check }

// With returns the vocabulary with the steps that add registers beside it. The
// vocabulary itself stays as it is.
func (v *Vocabulary) With(add func(*Vocabulary)) *Vocabulary {
	more := &Vocabulary{Definitions: slices.Clone(v.Definitions), traits: Traits{Own: true}}
	add(more)
	return more
}

// Given registers a step that arranges an embedded party or requires a real one.
func (v *Vocabulary) Given(pattern string, handler any, doc, example string) {
	v.add("Given", pattern, handler, doc, example)
}

// When registers a step in which something happens.
func (v *Vocabulary) When(pattern string, handler any, doc, example string) {
	v.add("When", pattern, handler, doc, example)
}

// Then registers a step that states what must follow.
func (v *Vocabulary) Then(pattern string, handler any, doc, example string) {
	v.add("Then", pattern, handler, doc, example)
}

func (v *Vocabulary) add(keyword, pattern string, handler any, doc, example string) {
	d := Definition{
		Keyword: keyword, Pattern: regexp.MustCompile(pattern), Doc: doc, Example: example, Handler: handler,
		Traits: v.traits, begins: beginning(pattern),
	}
	d.mustBind()
	v.Definitions = append(v.Definitions, d)
}

// beginning returns the literal text that every match of an anchored pattern
// begins with. The regexp package tells it of patterns without anchor alone.
func beginning(pattern string) string {
	rest, anchored := strings.CutPrefix(pattern, "^")
	if !anchored || strings.Contains(pattern, "|") {
		return ""
	}
	text, _ := regexp.MustCompile(rest).LiteralPrefix()
	return text
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
