package world

import (
	"context"
	"crypto/tls"
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
	Clock    *clock.Clock

	evidence   // what is shown of the case
	membership // what it shares with others at a real server
	witness    // what it leaves behind for the run

	// The embedded servers and what was arranged of them before they started.
	as         *target.EmbeddedAS
	instance   *target.EmbeddedAS // another one of that server; nil: there is none
	metadata   *target.Metadata   // of that server
	apis       map[string]*target.EmbeddedAPI
	arrangedAS []func(*mockas.Config)
	arrange    map[string][]func(*mockrs.Config) // by name of the API
	addressing Addressing
	secured    struct { // where a client shows a certificate
		authority *wire.Authority
		tls       *tls.Config
	}

	// How requests find servers, and what answers taught of them.
	http    *wire.Client
	resolve map[string]string  // address by authority
	nonces  map[string]string  // newest nonce by origin
	offsets map[string]*offset // of the clocks of real servers, by origin

	// What was sent.
	attempt    *Attempt   // which Then steps judge
	controlled bool       // an honest request was granted
	operation  *Operation // in place of the default API's own request; nil: none

	// Who asks for tokens, and which tokens there are.
	client             *target.RegisteredClient // that the scenario has chosen; nil: none
	grant              string                   // that the scenario has chosen; empty: none
	tokens             *Tokens                  // that the latest token request gave; nil: none
	obtained           map[string]string        // access tokens, by what they are for
	wish               Wish                     // of the scenario, for its access tokens
	wantsJWT           bool                     // of a token for the embedded userinfo endpoint
	holdsRefreshTokens bool                     // those of the configuration are this case's alone
	state              string                   // of the newest authorization request, which may go there by reference
	verifiers          map[string]string        // of authorization requests, by their code_challenge

	keys    map[string]*dpop.Key
	saved   map[string]Value     // by the names that the scenario gave
	rooms   map[reflect.Type]any // what each room of steps remembers, see Of
	closers []func()
}

// NewWorld returns the World of one case. Its clock stands at the present and
// moves only when the scenario says so.
func NewWorld(
	ctx context.Context, s *target.Session, p features.Profile, endpoint Endpoint, subject target.Role,
) *World {
	return &World{
		Context:  ctx,
		Session:  s,
		Profile:  p,
		Endpoint: endpoint,
		Subject:  subject,
		witness:  witness{session: s},
		Clock:    clock.At(time.Now().Truncate(time.Second)),
		resolve:  map[string]string{},
		nonces:   map[string]string{},
		offsets:  map[string]*offset{},
		apis:     map[string]*target.EmbeddedAPI{},
		arrange:  map[string][]func(*mockrs.Config){},
		keys:     map[string]*dpop.Key{},
		obtained: map[string]string{},
		saved:    map[string]Value{},
		rooms:    map[reflect.Type]any{},

		verifiers: map[string]string{},
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
	if w.instance != nil {
		w.instance.HTTP.Close()
	}
}

// AtClose registers what ends something that the case has started. What was
// started last is ended first.
func (w *World) AtClose(end func()) { w.closers = append(w.closers, end) }

// Entrant is what a room of steps remembers of a case: it is told once of which.
type Entrant interface{ Enter(*World) }

// Room implements vocabulary.Scene: each room that remembers something of the
// case has one value of its kind, made when it is first asked for.
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

// Of returns what a room of steps remembers of a case, made when it is first
// asked for.
func Of[T any](w *World) *T {
	return w.Room(reflect.TypeFor[T]()).(*T)
}

// Measure keeps a number for the report, under a name that also says where it
// was taken.
func (w *World) Measure(name string, value float64, unit string) {
	if w.Endpoint.Name != "" {
		name += " at " + w.Endpoint.Name
	}
	w.measurements = append(w.measurements, Measurement{name, value, unit})
}
