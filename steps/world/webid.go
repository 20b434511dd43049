package world

import (
	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/target"
)

// WebIDScope asks for an ID token that names a WebID and is bound to the key of the
// token request (Solid-OIDC).
const WebIDScope = "openid webid"

// WebIDToken lets the person log in with the scope webid and returns the ID token,
// bound to the client's key, and whom it was given to.
func (w *World) WebIDToken() (string, target.RegisteredClient, error) {
	client, err := w.ClientWith(mockas.GrantCode)
	if err != nil {
		return "", client, err
	}
	client.Scope = WebIDScope
	form, err := w.GrantForm(client, mockas.GrantCode, nil)
	if err != nil {
		return "", client, err
	}
	key, err := w.Key("client")
	if err != nil {
		return "", client, err
	}
	tokens, err := w.Redeem(client, form, key)
	if err != nil {
		return "", client, err
	}
	text, err := tokens.Response.Text("id_token")
	if err != nil {
		return "", client, Inconclusivef("the login with the scope webid brought no ID token: %v", err)
	}
	return text, client, nil
}

// ClaimsOf reads the claims of a JWT without a look at its signature.
func ClaimsOf(text string) (dpop.Object, error) {
	_, payload, _, err := dpop.SplitCompact(text, dpop.DecodeSegment)
	if err != nil {
		return nil, err
	}
	return dpop.ParseObject(payload)
}
