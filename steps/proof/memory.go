package proof

import (
	"fmt"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func memorySteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Prober](v)
	g.Given(`^the server has a replay memory that can fail$`, (*Prober).haveFragileMemory,
		"Gives an embedded server a replay memory that a later step breaks.",
		"Given the server has a replay memory that can fail")
	g.When(`^its replay memory fails$`, (*Prober).breakMemory,
		"Breaks the replay memory of an embedded server and sends a proof that is honest.",
		"When its replay memory fails")
	g.When(`^the same proof comes again after (\d+) others$`, (*Prober).sendAgainAfterOthers,
		"Repeats the request with the very same proof once so many other proofs were accepted, all within its time.",
		"When the same proof comes again after 20 others")
	g.When(`^the same proof comes again after many others$`, (*Prober).sendAgainAfterMany,
		"The same, 1100 at a real server, since memories of a thousand are in use, and 110 at an embedded one.",
		"When the same proof comes again after many others")
}

// sendAgainAfterMany knows of the embedded servers how their memories are made:
// what holds for a hundred proofs there holds for a thousand, in a tenth of the time.
func (w *Prober) sendAgainAfterMany() error {
	if w.EmbeddedEndpoint() {
		return w.sendAgainAfterOthers(110)
	}
	return w.sendAgainAfterOthers(1100)
}

// meanwhile is how long the other proofs may take: a proof is good for longer
// at any server that takes one that took its time (RFC 9449 §11.1).
const meanwhile = 20 * time.Second

// sendAgainAfterOthers looks for a memory that holds so many proofs and no more,
// out of which anyone with a key of their own pushes the one to be replayed.
func (w *Prober) sendAgainAfterOthers(count int) error {
	m, err := w.remembered()
	if err != nil {
		return err
	}
	start, shown := time.Now(), len(w.Shown)
	for range count {
		if _, err := w.first("another proof", nil); err != nil {
			return err
		}
		w.Shown = w.Shown[:shown] // a thousand of a kind tell nothing
	}
	if took := time.Since(start); took > meanwhile {
		return world.Inconclusivef("%d proofs took %v; the first may be too old by now", count, took.Round(time.Second))
	}
	return w.resend(replayed("used before"), "the same proof again", m, m.text)
}

func (w *Prober) haveFragileMemory() error {
	if !w.EmbeddedEndpoint() {
		return world.NotApplicablef("the replay memory of a real server cannot be broken")
	}
	memory := &fragile{Replays: dpop.NewReplayMemory(w.Clock.Now)}
	w.fragileState.memory = memory
	if w.AtAPI() {
		return w.ArrangeAPI(world.DefaultAPI, func(c *mockrs.Config) { c.Verifier.Replays = memory })
	}
	return w.ArrangeAS(func(c *mockas.Config) { c.Replays = memory })
}

func (w *Prober) breakMemory() error {
	memory := w.fragileState.memory
	if memory == nil {
		return fmt.Errorf(`there is no memory to break; put "Given the server has a replay memory that can fail" first`)
	}
	memory.broken.Store(true)
	_, err := w.sendMade(replayed("honest, while the memory fails"), "an honest proof while the replay memory fails", nil)
	return err
}
