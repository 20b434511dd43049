package api

import "github.com/dpopspec/dpopspec/steps/vocabulary"

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
