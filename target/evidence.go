package target

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/dpopspec/dpopspec/internal/wire"
)

// Evidence is what the cases of a run saw of real parties beside what each is
// about: what is broken is a finding, whatever the case was that came upon it.
type Evidence struct {
	mu          sync.Mutex
	flaws       map[string]*Flaw
	reflections map[Place]*Reflection
	breaks      breakdowns
}

// Place is where a request to a server went.
type Place struct {
	Role     Role
	Endpoint string // name of an endpoint that takes proofs, or the path
}

// Flaw is something that is wrong by itself with what the client sends.
type Flaw struct {
	Of          string // what the rule is about: "proof", "userinfo request"
	Rule        string // which they break, as a step says it: "has a jti"
	Requirement string // id of the requirement behind it
	Problem     string // of the first
	Example     *wire.Exchange
	Times       int      // that it was seen
	Cases       []string // ids of those that recorded one
}

// Reflection is an answer in which a text of ours works as what it spells.
type Reflection struct {
	Place   Place
	Title   string // of the request
	What    string // what has become of the text: "a field line Set-Cookie: …"
	Example *wire.Exchange
	Cases   []string
}

// Flawed notes something of the client that breaks a rule.
func (e *Evidence) Flawed(one Flaw, in string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.flaws == nil {
		e.flaws = map[string]*Flaw{}
	}
	f := e.flaws[one.Rule]
	if f == nil {
		f = &one
		e.flaws[one.Rule] = f
	}
	f.Times++
	f.Cases = with(f.Cases, in)
}

// Flaws returns what is wrong with what the client sent, by rule.
func (e *Evidence) Flaws() []Flaw {
	e.mu.Lock()
	defer e.mu.Unlock()
	var list []Flaw
	for _, f := range e.flaws {
		list = append(list, *f)
	}
	slices.SortFunc(list, func(a, b Flaw) int { return strings.Compare(a.Rule, b.Rule) })
	return list
}

// Reflected notes an answer in which a text of ours works.
func (e *Evidence) Reflected(one Reflection, in string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.reflections == nil {
		e.reflections = map[Place]*Reflection{}
	}
	s := e.reflections[one.Place]
	if s == nil {
		s = &one
		e.reflections[one.Place] = s
	}
	s.Cases = with(s.Cases, in)
}

// Reflections returns answers in which a text of ours works, one a place.
func (e *Evidence) Reflections() []Reflection {
	e.mu.Lock()
	defer e.mu.Unlock()
	var list []Reflection
	for _, s := range e.reflections {
		list = append(list, *s)
	}
	slices.SortFunc(list, func(a, b Reflection) int { return a.Place.compare(b.Place) })
	return list
}

func (p Place) compare(other Place) int {
	return cmp.Or(cmp.Compare(p.Role, other.Role), strings.Compare(p.Endpoint, other.Endpoint))
}

// with adds the id of a case to those of others; an empty one is no case.
func with(ids []string, id string) []string {
	at, found := slices.BinarySearch(ids, id)
	if found || id == "" {
		return ids
	}
	return slices.Insert(ids, at, id)
}
