// Package server holds the steps about the authorization server.
package server

import (
	"github.com/dpopspec/dpopspec/steps/proof"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
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

// Register registers the steps of this room.
func Register(v *vocabulary.Vocabulary) {
	answersSteps(v)
	bindingSteps(v)
	clientsSteps(v)
	codesSteps(v)
	corsSteps(v)
	grantsSteps(v)
	introspectionSteps(v)
	issuanceSteps(v)
	metadataSteps(v)
	nonceSteps(v)
	oddSteps(v)
	parSteps(v)
	profileSteps(v)
	registrationSteps(v)
}
