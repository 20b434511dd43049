package api

import (
	"net/url"

	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/world"
)

// revokedToken shows only where the resource server asks for the state of a
// token: by introspection, or because it is the authorization server itself.
func (w *Tester) revokedToken() (string, error) {
	if !w.EmbeddedAS() {
		return w.revokedByRequest()
	}
	opaque := w.resourceState.opaque
	text, err := w.mint(func(m *mockas.Mint) { m.Opaque = opaque })
	if err != nil {
		return "", err
	}
	as, err := w.AS()
	if err != nil {
		return "", err
	}
	as.Revoke(text)
	return text, nil
}

// revokedByRequest revokes the client's userinfo token at a real authorization
// server (RFC 7009 §2.1), which must then not take it any more.
func (w *Tester) revokedByRequest() (string, error) {
	if w.Endpoint != world.UserinfoEndpoint {
		return "", world.NotApplicablef(
			"an API that does not ask the authorization server cannot know that a token was revoked")
	}
	metadata, err := w.Metadata()
	if err != nil {
		return "", err
	}
	if metadata.Revocation == "" {
		return "", world.NotApplicablef("the authorization server has no revocation endpoint")
	}
	key, err := w.Key("client")
	if err != nil {
		return "", err
	}
	w.Detach()
	text, err := w.UserinfoToken(key.Thumbprint)
	if err != nil {
		return "", err
	}
	client, _, err := w.PersonClient()
	if err != nil {
		return "", err
	}
	w.ForgetTokens() // what comes after has one of its own
	form := url.Values{"token": {text}, "token_type_hint": {"access_token"}}
	e, err := w.Send("revocation", world.FormRequest(metadata.For(client).Revocation, form, client))
	if err == nil && e.Status != 200 {
		err = world.NotApplicablef("the authorization server does not revoke access tokens: status %d", e.Status)
	}
	return text, err
}
