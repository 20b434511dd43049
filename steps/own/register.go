package own

import "github.com/dpopspec/dpopspec/steps/vocabulary"

// Register registers the steps of this room.
func Register(v *vocabulary.Vocabulary) {
	callsSteps(v)
	expectJsonSteps(v)
	expectSchemaSteps(v)
	expectSteps(v)
	fileSteps(v)
	nonceSteps(v)
	protectSteps(v)
	saveSteps(v)
	tokenSteps(v)
	waitSteps(v)
}
