package api

import (
	"github.com/dpopspec/dpopspec/steps/vocabulary"
)

// Register registers the steps of this room.
func Register(v *vocabulary.Vocabulary) {
	alteredTokensSteps(v)
	arrangeSteps(v)
	audienceSteps(v)
	challengeSteps(v)
	claimedBindingSteps(v)
	confirmationSteps(v)
	corsSteps(v)
	httpsSteps(v)
	instancesSteps(v)
	issuingSteps(v)
	metadataSteps(v)
	idTokenSteps(v)
	profileStatusSteps(v)
	presentationSteps(v) // uses the word {confirmation}
	requestsSteps(v)
	personsSteps(v)
	proxySteps(v) // uses the word {fault}
	servedSteps(v)
	tokenFlawsSteps(v)
}
