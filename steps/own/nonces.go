package own

import (
	"errors"
	"fmt"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func nonceSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Caller](v).ForOwnAPIs()
	g.Then(`^the API asks for nonces$`, (*Caller).asksForNonces,
		"The latest call is sent once more, with a proof that is sound but has no nonce: the API must answer 401 "+
			"with the challenge DPoP error=\"use_dpop_nonce\" and one DPoP-Nonce (RFC 9449 §9).",
		"Then the API asks for nonces")
}

// asksForNonces sends the latest call with an honest proof without nonce: whether the
// call itself was challenged tells nothing where the nonce came with something before.
func (w *Caller) asksForNonces() error {
	if _, err := w.latest(); err != nil {
		return err
	}
	sent, err := w.withoutNonce(*w.calling.sent)
	var e *wire.Exchange
	if err == nil {
		e, err = w.Send("the latest call with a proof without nonce", *sent)
	}
	if err != nil {
		return err
	}
	actual := world.APIEndpoint.Describe(e, e.Err)
	answer, _ := world.APIEndpoint.Classify(e)
	if answer == world.Unclear {
		return world.Inconclusivef("whether the API asks for nonces is not known: a proof without got %s", actual)
	}
	challenges, _ := dpop.ParseChallenges(e.Answer.Values("WWW-Authenticate"))
	challenge, _ := dpop.FindChallenge(challenges, dpop.Scheme)
	code, _ := challenge.Get("error")
	asked := answer == world.Challenged && e.Status == 401 && code == dpop.UseNonce
	expected := "a proof without nonce to be answered by 401 and a DPoP challenge with the error " + dpop.UseNonce
	if err := w.Expect(asked, expected, actual); err != nil {
		return err
	}
	nonces := e.Answer.Values("DPoP-Nonce")
	one := len(nonces) == 1 && dpop.ValidNonce(nonces[0])
	return w.Expect(one, "exactly one DPoP-Nonce with the challenge", fmt.Sprintf("%q", nonces))
}

// sentCall is a call as it was sent last.
type sentCall struct {
	call    Call
	request wire.Request // without token and proof
}

// withoutNonce makes a call anew, by a sound client that has no nonce.
func (w *Caller) withoutNonce(last sentCall) (*wire.Request, error) {
	key, err := w.Key(last.call.Client)
	if err != nil {
		return nil, err
	}
	token, err := w.accessToken(last.call.API, last.call.Holder, false)
	if err != nil {
		return nil, err
	}
	r := last.request
	occasion := dpop.Occasion{Method: r.Method, URI: r.URL, AccessToken: token}
	proof, err := dpop.NewProof(key, occasion, w.Now(r.URL))
	if err != nil {
		return nil, errors.Join(errors.New("no proof could be made"), err)
	}
	r.Fields = append(append([]wire.Field(nil), r.Fields...),
		wire.Field{Name: "Authorization", Value: dpop.Scheme + " " + token}, wire.Field{Name: "DPoP", Value: proof})
	return &r, nil
}
