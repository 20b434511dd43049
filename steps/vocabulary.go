package steps

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/cucumber/godog"
)

// Definition is one step of the vocabulary.
type Definition struct {
	Keyword string // Given, When or Then: where it usually stands
	Pattern *regexp.Regexp
	Doc     string // one line
	Example string // a step as it may stand in a feature file
	Handler any    // func(*S, args…) error, where S is what a room remembers of a case
	Own     bool   // made for scenarios of a person's own API
	MayWait bool   // against a real party it takes time, up to limits.patience

	begins string // literal text that every match begins with
	bound  any    // the handler as godog calls it
}

// Vocabulary is the set of steps that feature files may use. Its patterns are
// compiled once.
type Vocabulary struct {
	Definitions []Definition
	own, waits  bool // of the steps being registered
}

// Standard returns the vocabulary that this package brings.
var Standard = sync.OnceValue(func() *Vocabulary {
	v := &Vocabulary{}
	for _, register := range registrations {
		v.own, v.waits = false, false
		register(v)
	}
	return v
})

// registrations are the groups of steps, one file each.
var registrations []func(*Vocabulary)

// ForOwnAPIs says that the steps of this group are made for scenarios of a
// person's own API, so that lists show them first.
func (v *Vocabulary) ForOwnAPIs() { v.own = true }

// MayWait says that the steps of this group may wait at a real party.
func (v *Vocabulary) MayWait() { v.waits = true }

// With returns the vocabulary with the steps that add registers beside it. The
// vocabulary itself stays as it is.
func (v *Vocabulary) With(add func(*Vocabulary)) *Vocabulary {
	more := &Vocabulary{Definitions: slices.Clone(v.Definitions), own: true}
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
	t := reflect.TypeOf(handler)
	if t.Kind() != reflect.Func || t.NumIn() == 0 || t.In(0).Kind() != reflect.Pointer || t.NumOut() != 1 {
		panic(fmt.Sprintf("steps: the handler of %s is not a func(*S, …) error", pattern))
	}
	v.Definitions = append(v.Definitions, Definition{
		Keyword: keyword, Pattern: regexp.MustCompile(pattern), Doc: doc, Example: example, Handler: handler,
		Own: v.own, MayWait: v.waits,
		begins: beginning(pattern), bound: bound(handler),
	})
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

// Bind registers definitions with godog for a scenario. Its context tells in
// which World it is played.
func Bind(sc *godog.ScenarioContext, definitions []*Definition) {
	for _, d := range definitions {
		sc.Step(d.Pattern, d.bound)
	}
}

// Scene is one case as its steps see it.
type Scene interface {
	// Room returns what a room of steps remembers of the case: a pointer to the
	// one value of that type which the case has.
	Room(kind reflect.Type) any
	// Began notes that a step begins, and Held how the latest one ended: nil if
	// it held.
	Began()
	Held(err error)
}

type sceneKey struct{}

// InScene returns the context of a scenario that is played in a Scene.
func InScene(ctx context.Context, s Scene) context.Context {
	return context.WithValue(ctx, sceneKey{}, s)
}

// bound turns func(*S, args…) error into the func(context.Context, args…) error
// that godog calls.
func bound(handler any) any {
	f := reflect.ValueOf(handler)
	in := make([]reflect.Type, f.Type().NumIn())
	in[0] = reflect.TypeFor[context.Context]()
	for i := 1; i < len(in); i++ {
		in[i] = f.Type().In(i)
	}
	t := reflect.FuncOf(in, []reflect.Type{reflect.TypeFor[error]()}, false)
	return reflect.MakeFunc(t, func(args []reflect.Value) []reflect.Value {
		scene := args[0].Interface().(context.Context).Value(sceneKey{}).(Scene)
		args[0] = reflect.ValueOf(scene.Room(f.Type().In(0).Elem()))
		scene.Began()
		result := f.Call(args)
		err, _ := result[0].Interface().(error)
		scene.Held(err)
		return result
	}).Interface()
}

// ErrNotEnded says that a step began and did not come to its end: it panicked.
var ErrNotEnded = errors.New("the step did not come to its end")

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
