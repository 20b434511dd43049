// Package vocabulary holds the steps that feature files may use: patterns, the words in
// them, and handlers. It matches a line of a scenario to its step, binds the values, names
// the steps that are nearest to an unknown one, and lists them all for people and programs.
package vocabulary

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
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
	Room     string // the room of steps that it is of: own, proof, server, api or client
	Own      bool   // made for scenarios of a person's own API
	MayWait  bool   // against a real party it takes time, up to limits.patience
	Protects bool   // it stands for probes at the endpoints that it names
	Names    bool   // it gives values their names: in braces, or in the first column of the table below it
	// JSONCells says that the last cell of each row of the table below it is JSON, if it
	// is not the only one.
	JSONCells bool

	check func(d *Definition, text string) error                     // see Check
	file  func(name string, read func(string) ([]byte, error)) error // see CheckFile
}

// Vocabulary is the set of steps that feature files may use. Its patterns are
// compiled once.
type Vocabulary struct {
	Definitions []Definition
	Words       []Word // the parameters that patterns name
	own         bool   // what is added are steps of people's own
	room        string // of which what is added are steps

	weighing sync.Mutex
	weighed  *weights // of the definitions, see Nearest
}

// OwnRoom is the room of the steps that are made for people's own APIs, and of those
// that people add.
const OwnRoom = "own"

// Enter says of which room the steps are that are registered next.
func (v *Vocabulary) Enter(room string) { v.room = room }

// With returns the vocabulary with the steps that add registers beside it. The
// vocabulary itself stays as it is.
func (v *Vocabulary) With(add func(*Vocabulary)) *Vocabulary {
	more := &Vocabulary{Definitions: slices.Clone(v.Definitions), Words: slices.Clone(v.Words), own: true, room: OwnRoom}
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
func For[S any](v *Vocabulary) Group[S] { return Group[S]{v, Traits{Own: v.own, Room: v.room}} }

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

// Naming says that the steps of the group give values their names.
func (g Group[S]) Naming() Group[S] {
	g.traits.Names = true
	return g
}

// WithJSONCells says that the tables of the group have JSON in their last column.
func (g Group[S]) WithJSONCells() Group[S] {
	g.traits.JSONCells = true
	return g
}

// ReadingFile says that the steps of the group read a file beside the feature file, whose
// name the group file of their patterns is, and what is wrong with one that cannot serve.
func (g Group[S]) ReadingFile(wrong func(name string, read func(string) ([]byte, error)) error) Group[S] {
	g.traits.file = wrong
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
