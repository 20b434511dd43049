package client

import "github.com/dpopspec/dpopspec/steps/vocabulary"

// Register registers the steps of this room: first what the client and its servers
// are, then what the client does, then what must follow.
func Register(v *vocabulary.Vocabulary) {
	for _, register := range []func(*vocabulary.Vocabulary){
		settingSteps,
		keySteps,
		environmentSteps,
		keyFileSteps,
		challengeSteps,
		nonceSteps,
		failureSteps,
		tokenResponseSteps,
		redirectSteps,
		documentedServerSteps,
		metadataSteps,

		loginSteps,
		tokenSteps,
		fetchSteps,
		documentedSteps,
		manyCallSteps,
		sessionSteps,
		atOnceSteps,
		ownerSteps,
		overTimeSteps,
		userinfoSteps,
		walletSteps,

		controlSteps,
		endingSteps,
		errorSteps,
		writtenSteps,
		proofSteps,
		requestSteps,
		authorizationSteps,
		bindingSteps,
		loginKeySteps,
		repetitionSteps,
		refusalSteps,
		refreshesSteps,
		ownCallSteps,
		waitSteps,
		fetchedSteps,
		errorCountSteps,
	} {
		register(v)
	}
}
