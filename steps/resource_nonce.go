package steps

import (
	"fmt"
	"time"
)

func init() {
	registrations = append(registrations, func(v *Vocabulary) {
		v.When(`^a proof comes with a nonce that was handed out (\d+) seconds before$`, (*World).sendAgedNonce,
			"Moves the clock and sends the endpoint's request with an honest proof that holds the nonce of before. Only an embedded server has a clock that can be moved.",
			"When a proof comes with a nonce that was handed out 301 seconds before")
	})
}

func (w *World) sendAgedNonce(seconds int) error {
	if !w.EmbeddedAPI() || !w.AtAPI() {
		return notApplicable("the clock of a real server cannot be moved, and nobody waits %d seconds here", seconds)
	}
	resource, err := w.Resource(defaultAPI)
	if err != nil {
		return err
	}
	nonce := w.nonces[resource.Origin]
	if nonce == "" {
		return wrongOrder(`"Given the server requires a nonce" and an accepted proof before this step`)
	}
	w.Clock.Advance(time.Duration(seconds) * time.Second)
	return w.sendNonce(fmt.Sprintf("a proof with a nonce of %d seconds ago", seconds), nonce)
}
