package api

import (
	"fmt"
	"time"

	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func nonceSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Tester](v)
	g.When(`^a proof comes with a nonce that was handed out (\d+) seconds before$`, (*Tester).sendAgedNonce,
		"Moves the clock and sends the endpoint's request with an honest proof that holds the nonce of before. "+
			"Only an embedded server has a clock that can be moved.",
		"When a proof comes with a nonce that was handed out 301 seconds before")
}

func (w *Tester) sendAgedNonce(seconds int) error {
	if !w.EmbeddedAPI() || !w.AtAPI() {
		return world.NotApplicablef("the clock of a real server cannot be moved, and nobody waits %d seconds here", seconds)
	}
	resource, err := w.Resource(world.DefaultAPI)
	if err != nil {
		return err
	}
	nonce := w.Nonce(resource.Origin)
	if nonce == "" {
		return wrongOrder(`"Given the server requires a nonce" and an accepted proof before this step`)
	}
	w.Clock.Advance(time.Duration(seconds) * time.Second)
	return w.SendNonce(fmt.Sprintf("a proof with a nonce of %d seconds ago", seconds), nonce)
}
