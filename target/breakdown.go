package target

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/internal/wire"
)

// A server that breaks down at a request, by a server error or by hanging up, may
// do so because of the request or by chance: a proxy that answers 503 now and then
// breaks sound requests as well. So a break is blamed on a kind of request only if
// every one of that kind broke, if the server was well in between, and if as many
// in a row are next to impossible by chance.
const (
	fewest = 3    // requests of a kind that must have broken
	chance = 1e-6 // the most that is left to it
	stormy = 0.05 // breaks among other requests, from which on nobody is blamed: they may keep step
	calm   = 0.02 // breaks among other requests, up to which it is worth while to ask again
)

// Kind is a kind of request: those are of one kind that were made alike.
type Kind struct {
	Place
	Method string
	Title  string // what it was for: "a proof whose htm is missing"
}

// Request is one request to a real server, as a case made it.
type Request struct {
	Kind
	Origin   string
	Exchange *wire.Exchange
	Broke    bool   // the server broke down at it
	Case     string // id of the case; empty: none
}

// breakdowns are the requests of a run to real servers, by kind.
type breakdowns struct {
	kinds map[Kind]*requests
	well  map[string]int // sound answers of each server so far, by origin
}

// requests are those of one kind.
type requests struct {
	origin      string
	sent, broke int
	blows       int // breaks with a sound answer of the server between each and the next
	wellAt      int // its sound answers at the newest blow
	example     *wire.Exchange
	cases       []string // in which one broke
	told        bool     // a case has failed for it
}

// Breakdown is a kind of request that breaks a server down.
type Breakdown struct {
	Kind
	Times          int // of so many requests of the kind, each of which broke
	Others, Chance int // other requests to the server, and those of them that broke
	Example        *wire.Exchange
	Cases          []string
}

// Requested notes a request to a real server.
func (e *Evidence) Requested(r Request) {
	e.mu.Lock()
	defer e.mu.Unlock()
	b := &e.breaks
	if b.kinds == nil {
		b.kinds, b.well = map[Kind]*requests{}, map[string]int{}
	}
	k := b.kinds[r.Kind]
	if k == nil {
		k = &requests{origin: r.Origin, wellAt: -1}
		b.kinds[r.Kind] = k
	}
	k.sent++
	if !r.Broke {
		b.well[r.Origin]++
		return
	}
	if k.example == nil {
		k.example = r.Exchange
	}
	k.broke++
	k.cases = with(k.cases, r.Case)
	if now := b.well[r.Origin]; now > k.wellAt {
		k.blows, k.wellAt = k.blows+1, now
	}
}

// Told notes that a case has failed because a server broke down at such a request.
func (e *Evidence) Told(k Kind) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if known := e.breaks.kinds[k]; known != nil && known.broke > 0 {
		known.told = true
	}
}

// Breakdowns returns the kinds of requests that break a server down, and of which
// no case has told.
func (e *Evidence) Breakdowns() []Breakdown {
	return e.those(func(proven bool, _ float64) bool { return proven })
}

// Doubtful returns the kinds of which every request broke, but too few to exclude
// chance: they are worth a further one. There are none if the server, or the way to
// it, breaks sound requests too.
func (e *Evidence) Doubtful() []Breakdown {
	return e.those(func(proven bool, odds float64) bool { return !proven && odds <= calm })
}

func (e *Evidence) those(such func(proven bool, odds float64) bool) []Breakdown {
	e.mu.Lock()
	defer e.mu.Unlock()
	var list []Breakdown
	for kind, k := range e.breaks.kinds {
		if k.broke == 0 || k.broke < k.sent || k.told || len(k.cases) == 0 {
			continue
		}
		blows := k.blows
		if e.breaks.well[k.origin] == k.wellAt { // it has not been well since
			blows--
		}
		others, broke := e.breaks.others(k.origin)
		odds := float64(broke+1) / float64(others+2) // the rule of succession: few requests tell little
		proven := odds <= stormy && blows >= fewest && math.Pow(odds, float64(blows)) <= chance
		if such(proven, odds) {
			list = append(list, Breakdown{kind, k.broke, others, broke, k.example, slices.Clone(k.cases)})
		}
	}
	slices.SortFunc(list, func(a, b Breakdown) int {
		return cmp.Or(a.Place.compare(b.Place), strings.Compare(a.Title, b.Title), strings.Compare(a.Method, b.Method))
	})
	return list
}

// others counts the requests to a server of the kinds that it can answer, and those
// of them at which it broke.
func (b *breakdowns) others(origin string) (sent, broke int) {
	for _, k := range b.kinds {
		if k.origin == origin && k.broke < k.sent {
			sent, broke = sent+k.sent, broke+k.broke
		}
	}
	return sent, broke
}
