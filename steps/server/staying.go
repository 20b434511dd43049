package server

import (
	"errors"

	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// stayingSteps are about an access token that nothing has happened to.
func stayingSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Tester](v)
	g.Given(`^its access token is good at userinfo$`, (*Tester).isGoodAtUserinfo,
		"The newest access token of the client, with a proof by its key, must be served there.",
		"Given its access token is good at userinfo")
	g.Then(`^its access token is still good at userinfo$`, (*Tester).isStillGood,
		"It must be served as it was before: what was refused since must have left it alone.",
		"Then its access token is still good at userinfo")
}

func (w *Tester) isGoodAtUserinfo() error {
	answer, told, err := w.atUserinfo("the access token before the refresh")
	if err == nil && answer != world.Accepted {
		err = world.NotApplicablef("the userinfo endpoint does not take the access token of this login: %s", told)
	}
	return err
}

func (w *Tester) isStillGood() error {
	if err := w.UnlessTaken(world.TokenEndpoint); err != nil {
		return err
	}
	answer, told, err := w.atUserinfo("the access token after the refused refresh")
	if err != nil {
		return err
	}
	return w.Expect(answer == world.Accepted, "the access token to be good still", told)
}

// atUserinfo presents the newest access token of the client, with a proof by its key.
func (w *Tester) atUserinfo(title string) (answer world.Answer, told string, err error) {
	metadata, err := w.Metadata()
	if err != nil {
		return answer, "", err
	}
	if metadata.Userinfo == "" {
		return answer, "", world.NotApplicablef("the authorization server has no userinfo endpoint")
	}
	if w.Tokens() == nil {
		return answer, "", errors.New(
			`there is no access token yet; put "Given the client has logged in with a proof by its key" first`)
	}
	key, err := w.Key("client")
	if err != nil {
		return answer, "", err
	}
	probe := world.ResourceProbe("GET", metadata.Userinfo, w.Tokens().AccessToken)
	probe.Occasion.Nonce = w.Nonce(metadata.Userinfo)
	e, err := w.SendHonestAt(world.UserinfoEndpoint, title, probe, key)
	if err != nil {
		return answer, "", err
	}
	answer, _ = world.UserinfoEndpoint.Classify(e)
	return answer, world.UserinfoEndpoint.Explain(e, nil), nil
}
