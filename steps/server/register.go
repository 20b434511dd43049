package server

import "github.com/dpopspec/dpopspec/steps/vocabulary"

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
