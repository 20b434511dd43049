package world

import (
	"context"
	"fmt"
	"reflect"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/clock"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/target"
)

// World is everything that one case has to itself: its embedded servers, its
// clock, its keys, what was sent and what came back. Nothing in it is shared
// with another case.
type World struct {
	Context  context.Context
	Session  *target.Session
	Profile  features.Profile
	Endpoint Endpoint // where the scenario is run; none where it makes no difference
	Subject  target.Role

	Clock *clock.Clock

	// Expected and Actual are those of the latest assertion.
	Expected, Actual string
	// Observations are what a verdict should show beside its exchange.
	Observations []string
	// Shown are exchanges with the party under test, newest last.
	Shown []Shown

	asserted     int
	measurements []Measurement
	atEnd        []func(outcome error) error
	http         *wire.Client
	resolve      map[string]string
	nonces       map[string]string        // newest nonce by origin
	offsets      map[string]time.Duration // clock of a real server minus ours, by origin

	as         *target.EmbeddedAS
	apis       map[string]*target.EmbeddedAPI
	arrangedAS []func(*mockas.Config)
	arrange    map[string][]func(*mockrs.Config) // by name of the API
	keys       map[string]*dpop.Key
	tokens     map[string]string

	rooms map[reflect.Type]any // what each room of steps remembers, see Of
	Probing
	flow
	Addressing     Addressing
	secured        secured
	Asked          Asked
	LastLogin      LastLogin
	Wish           Wish
	front          front
	userinfoTokens userinfoTokens
	holding        holding
	operating      operating
	ownMetadata    ownMetadata
	values         values
	closers        []func()
}

// Shown is an exchange that a report shows, with what it was for.
type Shown struct {
	Title    string
	Exchange *wire.Exchange
}

// NewWorld returns the World of one case. Its clock stands at the present and
// moves only when the scenario says so.
func NewWorld(ctx context.Context, s *target.Session, p features.Profile, endpoint Endpoint, subject target.Role) *World {
	return &World{
		Context:  ctx,
		Session:  s,
		Profile:  p,
		Endpoint: endpoint,
		Subject:  subject,
		Clock:    clock.At(time.Now().Truncate(time.Second)),
		resolve:  map[string]string{},
		nonces:   map[string]string{},
		offsets:  map[string]time.Duration{},
		apis:     map[string]*target.EmbeddedAPI{},
		arrange:  map[string][]func(*mockrs.Config){},
		keys:     map[string]*dpop.Key{},
		tokens:   map[string]string{},
		rooms:    map[reflect.Type]any{},
	}
}

// Close ends what the case started.
func (w *World) Close() {
	for i := len(w.closers) - 1; i >= 0; i-- {
		w.closers[i]()
	}
	if w.http != nil {
		w.http.Close()
	}
	for _, api := range w.apis {
		api.HTTP.Close()
	}
	if w.as != nil {
		w.as.HTTP.Close()
	}
}

// AtClose registers what ends something that the case has started. What was
// started last is ended first.
func (w *World) AtClose(end func()) { w.closers = append(w.closers, end) }

// Room implements vocabulary.Scene: each room that remembers something of the case has one
// value of its kind, made when it is first asked for.
func (w *World) Room(kind reflect.Type) any {
	if kind == reflect.TypeFor[World]() {
		return w
	}
	if known, found := w.rooms[kind]; found {
		return known
	}
	room := reflect.New(kind).Interface()
	w.rooms[kind] = room
	if r, ok := room.(Entrant); ok {
		r.Enter(w)
	}
	return room
}

// Asserted reports whether the case has stated anything that could have failed.
func (w *World) Asserted() bool { return w.asserted > 0 }

// Observe adds an observation to the report of the case.
func (w *World) Observe(format string, args ...any) {
	w.Observations = append(w.Observations, fmt.Sprintf(format, args...))
}

// Show adds an exchange to the report of the case.
func (w *World) Show(title string, e *wire.Exchange) {
	w.Shown = append(w.Shown, Shown{title, e})
}

// Entrant is what a room of steps remembers of a case: it is told once of which.
type Entrant interface{ Enter(*World) }

// Measure keeps a number for the report, under a name that also says where it
// was taken.
func (w *World) Measure(name string, value float64, unit string) {
	if w.Endpoint.Name != "" {
		name += " at " + w.Endpoint.Name
	}
	w.measurements = append(w.measurements, Measurement{name, value, unit})
}

// Measurements returns the numbers that the case took.
func (w *World) Measurements() []Measurement { return w.measurements }

// Of returns what a room of steps remembers of a case, made when it is first
// asked for.
func Of[T any](w *World) *T {
	return w.Room(reflect.TypeFor[T]()).(*T)
}
