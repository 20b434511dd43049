// Package proof holds the steps about one request and its proof, at any endpoint:
// what is forged, repeated, challenged and measured, and what must follow.
package proof

import (
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// Prober sends proofs, good and bad, and remembers what it has sent.
type Prober struct {
	*world.World

	announcedAlgorithms announcedAlgorithms
	canary              canary
	nonceState          nonceState
	measuring           measuring
	watch               watch
	fragileState        fragileState
	replaying           replaying
	windowState         windowState
}

// Enter implements world.Room.
func (t *Prober) Enter(w *world.World) { t.World = w }

// Register registers the steps of this room.
func Register(v *vocabulary.Vocabulary) {
	addressSteps(v)
	algorithmsSteps(v)
	answersSteps(v)
	bindingSteps(v)
	canarySteps(v)
	controlSteps(v)
	forgingSteps(v)
	measuringLifetimeSteps(v)
	measuringSteps(v)
	memorySteps(v)
	mixupSteps(v)
	namingSteps(v)
	noncesSteps(v)
	refusalSteps(v)
	replayMemorySteps(v)
	replaySteps(v)
	requestsSteps(v)
	thumbprintSteps(v)
	timingSteps(v)
}
