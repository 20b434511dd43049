package world

import (
	"net/url"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/target"
)

// BoundByPush tells what a granted push has bound its code to, by redeeming that (RFC
// 9449 §10.1): the key of the proof, by its thumbprint, or nothing.
func (w *World) BoundByPush(e *wire.Exchange, thumbprint string) (string, error) {
	key, err := w.holder(thumbprint)
	if err != nil {
		return "", err
	}
	other, err := w.Key("another party")
	if err != nil {
		return "", err
	}
	client, form, err := w.pushedCode(e)
	if err != nil {
		return "", err
	}
	stolen, err := w.redeemPushed("redeeming the pushed code with another key", client, form, other)
	if err != nil || stolen == Accepted {
		return "", err
	}
	if stolen != Refused {
		return "", Inconclusivef("whether the pushed request is bound is not known: another key got an answer that is %s",
			stolen)
	}
	held, err := w.redeemPushed("redeeming the pushed code with the key of its proof", client, form, key)
	if err != nil {
		return "", err
	}
	if held != Accepted {
		return "", Inconclusivef("the code of a pushed request is refused with another key, and then with its own: " +
			"the first attempt has used it up, or it is bound to a third key")
	}
	return thumbprint, nil
}

// pushedCode gets the code of a pushed request, and makes the form that redeems it.
func (w *World) pushedCode(e *wire.Exchange) (client target.RegisteredClient, form url.Values, err error) {
	pushed, err := url.ParseQuery(string(e.Body))
	if err != nil {
		return client, nil, err
	}
	client, found := w.FindClient(func(c target.RegisteredClient) bool { return c.ID == pushed.Get("client_id") })
	verifier, known := w.verifiers[pushed.Get("code_challenge")]
	if !found || !known {
		return client, nil, NotApplicablef("what this pushed request is bound to cannot be seen: " +
			"it is none by which a client of the configuration logs in")
	}
	front, err := FrontOf(client, e)
	if err != nil {
		return client, nil, err
	}
	code, err := w.Visit(client, front)
	return client, url.Values{
		"grant_type": {mockas.GrantCode}, "code": {code},
		"redirect_uri": {client.RedirectURI}, "code_verifier": {verifier},
	}, UnlessDenied(err)
}

func (w *World) redeemPushed(
	title string, client target.RegisteredClient, form url.Values, key *dpop.Key,
) (Answer, error) {
	e, err := w.SendAsk(Ask{Title: title, Endpoint: TokenEndpoint, Client: client, Form: form, Key: key})
	if err != nil {
		return Unclear, err
	}
	answer, _ := TokenEndpoint.Classify(e)
	return answer, nil
}
