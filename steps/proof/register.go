package proof

import "github.com/dpopspec/dpopspec/steps/vocabulary"

// Register registers the steps of this room.
func Register(v *vocabulary.Vocabulary) {
	addressSteps(v)
	agingSteps(v)
	algorithmsSteps(v)
	answersSteps(v)
	bindingSteps(v)
	canarySteps(v)
	claimedURISteps(v)
	companySteps(v)
	controlSteps(v)
	countingSteps(v)
	forgingSteps(v)
	instancesSteps(v)
	jtiSteps(v)
	kidSteps(v)
	membersSteps(v)
	memorySteps(v)
	methodSteps(v)
	nonceLifetimeSteps(v)
	nonceQualitySteps(v)
	noncesSteps(v)
	outsideSteps(v)
	proxiedSteps(v)
	refusalSteps(v)
	replayEdgesSteps(v)
	replaySteps(v)
	spentSteps(v)
	thumbprintSteps(v)
	timingSteps(v)
}
