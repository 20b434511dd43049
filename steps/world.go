package steps

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
	Endpoint string // token, par, userinfo or api; empty where it makes no difference
	Subject  target.Role

	Clock *clock.Clock

	// Expected and Actual are those of the latest assertion.
	Expected, Actual string
	// Observations are what a verdict should show beside its exchange.
	Observations []string
	// Shown are exchanges with the party under test, newest last.
	Shown []Shown

	asserted int
	http     *wire.Client
	resolve  map[string]string
	nonces   map[string]string        // newest nonce by origin
	offsets  map[string]time.Duration // clock of a real server minus ours, by origin

	as        *target.EmbeddedAS
	apis      map[string]*target.EmbeddedAPI
	arrangeAS []func(*mockas.Config)
	arrange   map[string][]func(*mockrs.Config) // by name of the API
	keys      map[string]*dpop.Key
	tokens    map[string]string

	states map[reflect.Type]any // what each group of steps remembers, see of
	probing
	flow
	closers []func()
}

// Shown is an exchange that a report shows, with what it was for.
type Shown struct {
	Title    string
	Exchange *wire.Exchange
}

// NewWorld returns the World of one case. Its clock stands at the present and
// moves only when the scenario says so.
func NewWorld(ctx context.Context, s *target.Session, p features.Profile, endpoint string, subject target.Role) *World {
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
		states:   map[reflect.Type]any{},
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
	if key := w.keys[name]; key != nil {
		return key, nil
	}
	if name == "client" && w.Session.Key != nil {
		w.keys[name] = w.Session.Key
		return w.Session.Key, nil
	}
	key, err := w.newKeyOf(name, w.usualAlgorithm())
	if err != nil {
		return nil, err
	}
	w.keys[name] = key
	return key, nil
}
