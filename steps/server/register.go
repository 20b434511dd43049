package server

import (
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// Register registers the steps of this room.
func Register(v *vocabulary.Vocabulary) {
	world.Words(v)
	clientsSteps(v) // names the words {client-type} and {grant-type}
	answersSteps(v)
	attestationSteps(v)
	assertionsSteps(v)
	bindingSteps(v)
	challengesSteps(v)
	codesSteps(v)
	corsSteps(v)
	credentialsSteps(v)
	exchangeSteps(v)
	frontSteps(v)
	idTokenSteps(v)
	introspectionSteps(v)
	issuanceSteps(v)
	metadataSteps(v)
	nonceSteps(v)
	outlastingSteps(v)
	pushingSteps(v)
	refreshingSteps(v)
	registrationSteps(v)
	resourceSteps(v)
	revocationSteps(v)
	spentCodesSteps(v)
	stayingSteps(v)
	tokenRequestsSteps(v)
}
