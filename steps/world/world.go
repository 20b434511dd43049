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
	"github.com/dpopspec/dpopspec/steps/vocabulary"
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

	// Ended says of each step that began how it ended: nil if it held.
	Ended []error

	asserted     int
	measurements []Measurement
	atEnd        []func(outcome error) error
	Http         *wire.Client
	Resolve      map[string]string
	Nonces       map[string]string        // newest nonce by origin
	offsets      map[string]time.Duration // clock of a real server minus ours, by origin

	As         *target.EmbeddedAS
	Apis       map[string]*target.EmbeddedAPI
	arrangedAS []func(*mockas.Config)
	arrange    map[string][]func(*mockrs.Config) // by name of the API
	Keys       map[string]*dpop.Key
	Tokens     map[string]string

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
	Closers        []func()
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
		Resolve:  map[string]string{},
		Nonces:   map[string]string{},
		offsets:  map[string]time.Duration{},
		Apis:     map[string]*target.EmbeddedAPI{},
		arrange:  map[string][]func(*mockrs.Config){},
		Keys:     map[string]*dpop.Key{},
		Tokens:   map[string]string{},
		rooms:    map[reflect.Type]any{},
	}
}

// Close ends what the case started.
func (w *World) Close() {
	for i := len(w.Closers) - 1; i >= 0; i-- {
		w.Closers[i]()
	}
	if w.Http != nil {
		w.Http.Close()
	}
	for _, api := range w.Apis {
		api.HTTP.Close()
	}
	if w.As != nil {
		w.As.HTTP.Close()
	}
}

// Room implements Scene: each room that remembers something of the case has one
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

// Began implements Scene.
func (w *World) Began() { w.Ended = append(w.Ended, vocabulary.ErrNotEnded) }

// Held implements Scene.
func (w *World) Held(err error) { w.Ended[len(w.Ended)-1] = err }

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

// Key returns the key pair of that name, made when it is first asked for.
// "client" is the one that the client's tokens are bound to.
func (w *World) Key(name string) (*dpop.Key, error) {
	if key := w.Keys[name]; key != nil {
		return key, nil
	}
	if name == "client" && w.Session.Key != nil {
		w.Keys[name] = w.Session.Key
		return w.Session.Key, nil
	}
	key, err := w.newKeyOf(name, w.UsualAlgorithm())
	if err != nil {
		return nil, err
	}
	w.Keys[name] = key
	return key, nil
}
