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
		metadataSteps,

		loginSteps,
		tokenSteps,
		fetchSteps,
		manyCallSteps,
		sessionSteps,
		atOnceSteps,
		ownerSteps,
		overTimeSteps,
		userinfoSteps,

		controlSteps,
		endingSteps,
		errorSteps,
		writtenSteps,
		proofSteps,
		requestSteps,
		authorizationSteps,
		bindingSteps,
		repetitionSteps,
		ownCallSteps,
		waitSteps,
		fetchedSteps,
		errorCountSteps,
	} {
		register(v)
	}
}
