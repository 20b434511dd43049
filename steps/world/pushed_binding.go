package world

import (
	"net/url"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/target"
)

// BoundByPush tells what a granted push has bound its code to, by redeeming that (RFC
// 9449 §10.1): the key of the proof, by its thumbprint, another, or nothing. A code is
// redeemed once, so again makes a second push like the first: the key of the proof
// redeems the code of one, another key tries that of the other.
func (w *World) BoundByPush(
	e *wire.Exchange, thumbprint string, again func() (*wire.Exchange, error),
) (string, error) {
	key, err := w.holder(thumbprint)
	if err != nil {
		return "", err
	}
	other, err := w.Key("another party")
	if err != nil {
		return "", err
	}
	held, err := w.redeemPushed("redeeming the pushed code with the key of its proof", e, key)
	if err != nil {
		return "", err
	}
	if held != Accepted {
		return "another key than that of its proof", nil
	}
	if e, err = again(); err != nil {
		return "", err
	}
	if answer, _ := PAREndpoint.Classify(e); answer != Accepted {
		return "", Uncontrolledf("a push like it got %s", PAREndpoint.Explain(e, nil))
	}
	stolen, err := w.redeemPushed("redeeming the pushed code with another key", e, other)
	if err != nil || stolen == Accepted {
		return "", err
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
	if found && !client.Has(mockas.GrantCode) {
		return client, nil, Lackingf(ClientsKey, "what this pushed request is bound to shows when its code is "+
			"redeemed, and the client %s may not use the grant authorization_code", client.ID)
	}
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

// redeemPushed is answered by a grant or a refusal.
func (w *World) redeemPushed(title string, pushed *wire.Exchange, key *dpop.Key) (Answer, error) {
	client, form, err := w.pushedCode(pushed)
	if err != nil {
		return Unclear, err
	}
	e, err := w.SendAsk(Ask{Title: title, Endpoint: TokenEndpoint, Client: client, Form: form, Key: key})
	if err != nil {
		return Unclear, err
	}
	answer, _ := TokenEndpoint.Classify(e)
	if answer != Accepted && answer != Refused {
		return answer, Inconclusivef("%s got an answer that is %s", title, answer)
	}
	return answer, nil
}
