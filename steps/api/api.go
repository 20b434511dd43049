// Package api holds the steps about the API as a resource server (RFC 9449 §7).
package api

import (
	"github.com/dpopspec/dpopspec/steps/proof"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// Tester calls an API in ways that clients do and do not, and remembers what it
// has arranged.
type Tester struct {
	*proof.Prober

	resourceState resourceState
}

// Enter implements world.Room.
func (t *Tester) Enter(w *world.World) { t.Prober = world.Of[proof.Prober](w) }

// Register registers the steps of this room.
func Register(v *vocabulary.Vocabulary) {
	arrangeSteps(v)
	bindingSteps(v)
	challengeSteps(v)
	confirmationSteps(v)
	corsSteps(v)
	effectsSteps(v)
	faultsSteps(v)
	metadataSteps(v)
	nonceSteps(v)
	proxySteps(v)
	replicaSteps(v)
	tokensSteps(v)
	waysSteps(v)
}
