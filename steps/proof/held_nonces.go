package proof

import (
	"fmt"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/steps/world"
)

// heldNonce returns the newest nonce of the server under test.
func (w *Prober) heldNonce() (string, error) {
	if len(w.Shown) == 0 {
		return "", fmt.Errorf("nothing was sent that could have brought a nonce")
	}
	nonce := w.Nonce(w.Shown[len(w.Shown)-1].Exchange.URL)
	if nonce == "" {
		return "", world.Inconclusivef("the server gave no usable nonce")
	}
	return nonce, nil
}

// rotateNonce keeps the nonce that the client holds and makes the server
// replace it.
func (w *Prober) rotateNonce() error {
	if !w.Controlled() {
		return fmt.Errorf(`the client holds no nonce yet; put "Given an honest proof is accepted" first`)
	}
	var rotate func() string
	switch {
	case !w.EmbeddedEndpoint():
		return world.NotApplicablef("a real server cannot be told to replace its nonce")
	case w.AtAPI():
		api, err := w.API(world.DefaultAPI)
		if err != nil {
			return err
		}
		window, can := api.Verifier.Nonces.(*dpop.NonceWindow)
		if !can {
			return world.NotApplicablef("the API has no window of nonces")
		}
		rotate = window.Rotate
	default:
		as, err := w.AS()
		if err != nil {
			return err
		}
		rotate = as.RotateNonce
	}
	held, err := w.heldNonce()
	if err != nil {
		return err
	}
	w.nonces.before = held
	rotate()
	return nil
}

// givesNonces reports whether the server that was just asked has given a nonce
// yet. One that asks for nonces and gives none has only the wrong word for its
// refusals (RFC 9449 §8).
func (w *Prober) givesNonces() bool {
	return w.Latest().Exchange != nil && w.Nonce(w.Latest().Exchange.URL) != ""
}

// expireNonce lets the nonce that the client holds grow too old, and the server
// hand out another: one that never has another takes the old for good again.
func (w *Prober) expireNonce() error {
	if !w.EmbeddedEndpoint() {
		return world.NotApplicablef("the clock of a real server cannot be moved, " +
			"and an expired nonce not be told from an unknown one without waiting")
	}
	nonce, err := w.heldNonce()
	if err != nil {
		return err
	}
	w.nonces.expired = nonce
	w.Clock.Advance(w.NonceLifetime() + time.Second)
	w.ForgetTokens() // an old token would be refused for itself
	_, err = w.withNonce("asking for the nonce of now", "")
	return err
}

// foreignNonce gets a nonce that another server has handed out.
func (w *Prober) foreignNonce() error {
	as, err := w.AS()
	if err != nil {
		return world.NotApplicablef("it takes an embedded server beside this one that hands out a nonce")
	}
	if w.AtAPI() {
		w.nonces.foreign = as.RotateNonce()
		return nil
	}
	const other = "invoices"
	if err := w.ArrangeAPI(other, w.withNonces); err != nil {
		return err
	}
	api, err := w.API(other)
	if err != nil {
		return err
	}
	w.nonces.foreign = api.Verifier.Nonces.Next()
	return nil
}
