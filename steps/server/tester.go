// Package server holds the steps about the authorization server.
package server

import (
	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/proof"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// Tester asks an authorization server for what clients ask it for, and remembers
// what it got.
type Tester struct {
	*proof.Prober

	thumbprints  thumbprints
	introspected introspected
	issuance     issuance
	documents    documents
	visited      visited
	registered   registered
}

// Enter implements world.Room.
func (t *Tester) Enter(w *world.World) { t.Prober = world.Of[proof.Prober](w) }

// thumbprints is what became of a malformed dpop_jkt.
type thumbprints struct{ denied *world.Denied }

// introspected is the latest answer of the introspection endpoint.
type introspected struct {
	exchange *wire.Exchange
	answer   dpop.Object
}

// issuance is the client of an issuance scenario.
type issuance struct{ client *target.RegisteredClient }

// documents are the metadata documents that were found, by their URL.
type documents struct {
	urls  []string
	found []dpop.Object
}

// visited tells whether an authorization request was answered.
type visited struct{ done bool }

// registered is a client that the case registered by itself.
type registered struct {
	exchange *wire.Exchange
	answer   dpop.Object
}
