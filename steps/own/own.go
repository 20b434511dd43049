// Package own holds the steps for scenarios that people write for their own APIs.
package own

import (
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// Caller calls APIs as a scenario says, and remembers what was answered.
type Caller struct {
	*world.World

	calling calling
	files   files
}

// Enter implements world.Room.
func (t *Caller) Enter(w *world.World) { t.World = w }

// Register registers the steps of this room.
func Register(v *vocabulary.Vocabulary) {
	callsSteps(v)
	expectJsonSteps(v)
	expectSchemaSteps(v)
	expectSteps(v)
	fileSteps(v)
	protectSteps(v)
	saveSteps(v)
	tokenSteps(v)
	waitSteps(v)
}
