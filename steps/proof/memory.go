package proof

import (
	"fmt"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// memorySteps are about the memory of used proofs (RFC 9449 §11.1).
func memorySteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Prober](v)
	g.Given(`^the server has a replay memory that can fail$`, (*Prober).haveFragileMemory,
		"Gives an embedded server a replay memory that a later step breaks.",
		"Given the server has a replay memory that can fail")
	g.When(`^its replay memory fails$`, (*Prober).breakMemory,
		"Breaks the replay memory of an embedded server and sends a proof that is honest.",
		"When its replay memory fails")
}

func (w *Prober) haveFragileMemory() error {
	if !w.EmbeddedEndpoint() {
		return world.NotApplicablef("the replay memory of a real server cannot be broken")
	}
	memory := &fragile{Replays: dpop.NewReplayMemory(w.Clock.Now)}
	w.fragile = memory
	if w.AtAPI() {
		return w.ArrangeAPI(world.DefaultAPI, func(c *mockrs.Config) { c.Verifier.Replays = memory })
	}
	return w.ArrangeAS(func(c *mockas.Config) { c.Replays = memory })
}

func (w *Prober) breakMemory() error {
	memory := w.fragile
	if memory == nil {
		return fmt.Errorf(`there is no memory to break; put "Given the server has a replay memory that can fail" first`)
	}
	memory.broken.Store(true)
	_, err := w.sendMade(replayed("honest, while the memory fails"), "an honest proof while the replay memory fails", nil)
	return err
}
