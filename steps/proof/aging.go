package proof

import (
	"fmt"
	"time"

	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// agingSteps are about what profiles say of the age of nonces and of the memory of
// a jti. Only an embedded server has a clock that can be moved.
func agingSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Prober](v)
	g.Given(`^the profile requires nonces$`, (*Prober).profileRequiresNonces,
		"The profile must have the server of the endpoint ask for nonces. A real server that asks for none is not spared, "+
			"as by \"the server requires a nonce\".",
		"Given the profile requires nonces")
	g.When(`^a proof comes with a nonce that was handed out (\d+) seconds before$`, (*Prober).sendAgedNonce,
		"Moves the clock and sends the endpoint's request with an honest proof that holds the nonce of before. "+
			"Only an embedded server has a clock that can be moved.",
		"When a proof comes with a nonce that was handed out 301 seconds before")
	g.When(`^a new proof has the jti of the accepted one (\d+) seconds later$`, (*Prober).sendSameIDLater,
		"Moves the clock and sends a proof of that moment which has the jti of the accepted one. "+
			"Only an embedded server has a clock that can be moved.",
		"When a new proof has the jti of the accepted one 400 seconds later")
	g.Then(`^every answer to a proof hands out a nonce$`, (*Prober).everyAnswerBringsNonce,
		"Each answer in this case to a request with a DPoP field must have the field DPoP-Nonce, errors included.",
		"Then every answer to a proof hands out a nonce")
}

// immovable is why a case about time does not apply to a real server.
func immovable(seconds int) error {
	return world.NotApplicablef("the clock of a real server cannot be moved, and nobody waits %d seconds here", seconds)
}

func (w *Prober) profileRequiresNonces() error {
	required := w.Profile.ServerRequiresNonces()
	if w.AtAPI() {
		required = w.Profile.APIRequiresNonces()
	}
	if !required {
		return world.NotApplicablef("the profile %s leaves it to this server whether it asks for nonces", w.Profile.Name)
	}
	w.nonces.required = true
	return nil
}

func (w *Prober) sendAgedNonce(seconds int) error {
	if !w.EmbeddedEndpoint() {
		return immovable(seconds)
	}
	nonce, err := w.heldNonce()
	if err != nil {
		return err
	}
	w.Clock.Advance(time.Duration(seconds) * time.Second)
	w.ForgetTokens() // an old token would be refused for itself
	return w.sendNonce(fmt.Sprintf("a proof with a nonce of %d seconds ago", seconds), nonce)
}

func (w *Prober) sendSameIDLater(seconds int) error {
	if !w.EmbeddedEndpoint() {
		return immovable(seconds)
	}
	m, err := w.acceptedProof()
	if err != nil {
		return err
	}
	w.Clock.Advance(time.Duration(seconds) * time.Second)
	_, err = w.sendMade(replayed("of a jti that was used before"),
		fmt.Sprintf("a new proof with the jti of %d seconds ago", seconds), withID(m.id()))
	return err
}

func (w *Prober) everyAnswerBringsNonce() error {
	proven := 0
	for _, shown := range w.Shown {
		e := shown.Exchange
		if e == nil || len(e.Fields.Values("DPoP")) == 0 {
			continue
		}
		proven++
		if lines := e.Answer.Values("DPoP-Nonce"); len(lines) == 0 {
			return w.Expect(false, "a DPoP-Nonce field on every answer to a proof",
				fmt.Sprintf("none on the answer %d to %q", e.Status, shown.Title))
		}
	}
	if proven == 0 {
		return fmt.Errorf("no proof was sent; put a When step before this one")
	}
	return w.Expect(true, "a DPoP-Nonce field on every answer to a proof", fmt.Sprintf("so it is with all %d", proven))
}
