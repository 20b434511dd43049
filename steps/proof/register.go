package proof

import "github.com/dpopspec/dpopspec/steps/vocabulary"

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
