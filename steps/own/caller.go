// Package own holds the steps for scenarios that people write for their own APIs.
package own

import (
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/world"
)

// Caller calls APIs as a scenario says, and remembers what was answered.
type Caller struct {
	*world.World

	calling calling
	files   files
}

// Enter implements world.Entrant.
func (w *Caller) Enter(of *world.World) { w.World = of }

// calling is what a scenario knows of its calls.
type calling struct {
	next, every Call // what the next call, and every call, has beside its own
	latest      *wire.Exchange
	sent        *sentCall // how it was sent
}

// files is how a scenario reads files beside its feature file.
type files struct {
	read func(name string) ([]byte, error)
}
