package api

import (
	"github.com/dpopspec/dpopspec/steps/proof"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// idTokenSteps are about ID tokens that storage servers take in place of access
// tokens (Solid-OIDC).
func idTokenSteps(v *vocabulary.Vocabulary) {
	v.Word("id-token-use", "How a bound ID token is used at an API.", idTokenUses.Forms()...)
	g := vocabulary.For[Tester](v)
	g.Given(`^a bound ID token with an honest proof is accepted$`, (*Tester).idTokenIsAccepted,
		"The positive control: the person logs in with the scope webid, and the API takes the ID token with a proof by "+
			"its key. A real API that takes access tokens alone makes the case not applicable.",
		"Given a bound ID token with an honest proof is accepted")
	g.When(`^the bound ID token is sent {id-token-use}$`, (*Tester).sendIDToken,
		"Sends the endpoint's request with the ID token of the login, used so.",
		"When the bound ID token is sent as Bearer")
}

// idTokenUses change the honest request.
var idTokenUses = vocabulary.Meanings[func(*Tester, *proof.Call) error]{
	"without a proof": func(_ *Tester, c *proof.Call) error {
		c.Bare = true
		return nil
	},
	"as Bearer": func(_ *Tester, c *proof.Call) error {
		c.Bare, c.Present = true, asBearer
		return nil
	},
	"as Bearer beside a proof": func(_ *Tester, c *proof.Call) error {
		c.Present = asBearer
		return nil
	},
	"with a proof by another key": byAnotherKey,
}

func (w *Tester) idTokenIsAccepted() error {
	text, _, err := w.WebIDToken()
	if err != nil {
		return err
	}
	if err := w.CallWith(proof.Call{Title: "positive control: a bound ID token", Token: text}); err != nil {
		return err
	}
	e := w.Latest().Exchange
	answer, _ := world.APIEndpoint.Classify(e)
	switch {
	case answer == world.Accepted:
		w.resourceState.idToken = text
		w.NoteControl()
		return nil
	case !w.EmbeddedAPI() && answer == world.Refused:
		return world.NotApplicablef("the API takes no ID tokens: %s", world.APIEndpoint.Describe(e, nil))
	}
	return world.Inconclusivef("the positive control failed: %s", world.APIEndpoint.Describe(e, nil))
}

func (w *Tester) sendIDToken(how string) error {
	use, err := idTokenUses.Of(how)
	if err != nil {
		return err
	}
	if w.resourceState.idToken == "" {
		return wrongOrder(`"Given a bound ID token with an honest proof is accepted" before this step`)
	}
	c := proof.Call{Title: "a bound ID token " + how, Token: w.resourceState.idToken}
	if err := use(w, &c); err != nil {
		return err
	}
	return w.CallWith(c)
}
