package server

import (
	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/dpop/forge"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/proof"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// outlastingSteps are about servers that give a refresh token up no sooner than its
// successor is used, so that a client whose answer was lost can ask again.
func outlastingSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Tester](v)
	g.Given(`^refresh tokens outlast a refresh$`, (*Tester).refreshTokensOutlast,
		"Lets an embedded server rotate no refresh tokens, and finds out whether a real one takes a refresh token again "+
			"after a refresh; where it does not, the case does not apply.",
		"Given refresh tokens outlast a refresh")
	g.Given(`^its new access token has been refused at userinfo for a bad proof$`, (*Tester).refusedAtUserinfo,
		"Sends the newest access token to userinfo with a proof that must be refused; "+
			"the case is inconclusive unless it is.",
		"Given its new access token has been refused at userinfo for a bad proof")
}

func (w *Tester) refreshTokensOutlast() error {
	if w.EmbeddedAS() {
		err := w.embeddedClientBy(mockas.AuthNone, func(c *mockas.Client) { c.KeepRefresh = true })
		if err != nil {
			return err
		}
	}
	if err := w.hasLoggedIn("", "with a proof by its key"); err != nil {
		return err
	}
	if err := w.hasRefreshed("", ""); err != nil {
		return err
	}
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	a, err := w.refreshWith(w.login.refreshToken, key, "another refresh with the first refresh token")
	if err != nil {
		return err
	}
	e, err := w.SendAsk(a)
	if err != nil {
		return err
	}
	if answer, _ := world.TokenEndpoint.Classify(e); answer != world.Accepted {
		return world.NotApplicablef("a refresh token is good for one refresh here: %s", world.TokenEndpoint.Describe(e, nil))
	}
	return nil
}

func (w *Tester) refusedAtUserinfo() error {
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	probe, err := w.PrepareAt(world.UserinfoEndpoint, key.Thumbprint)
	if err != nil {
		return err
	}
	token := w.Tokens().AccessToken
	probe.Occasion.AccessToken = token
	probe.Request.Fields = append(proof.Without(probe.Request.Fields, "Authorization"),
		wire.Field{Name: "Authorization", Value: dpop.Scheme + " " + token})
	defect, err := forge.Find("signature", "tampered in its first byte")
	if err != nil {
		return err
	}
	forged, err := defect.Forge(forge.Forgery{Key: key, Occasion: probe.Occasion, Now: w.Now(probe.Request.URL)})
	if err != nil {
		return err
	}
	e, err := w.SendWith("the new access token with a bad proof", probe, forged.FieldName, forged.Fields)
	if err != nil {
		return err
	}
	if answer, _ := world.UserinfoEndpoint.Classify(e); answer != world.Refused {
		return world.Inconclusivef("the bad proof was not refused: %s", world.UserinfoEndpoint.Describe(e, nil))
	}
	return nil
}
