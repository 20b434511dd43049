package client

import "github.com/dpopspec/dpopspec/steps/vocabulary"

// Register registers the steps of this room.
func Register(v *vocabulary.Vocabulary) {
	actsSteps(v)
	codeSteps(v)
	controlSteps(v)
	fetchersSteps(v)
	keyfilesSteps(v)
	keysSteps(v)
	metadataSteps(v)
	nonceSteps(v)
	provokeSteps(v)
	ratesSteps(v)
	redirectSteps(v)
	rulesSteps(v)
	sendingSteps(v)
	setupSteps(v)
	wordsSteps(v)
}
