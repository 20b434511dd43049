package server

import (
	"net/url"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// signingClient chooses a client that can sign request objects (RFC 9101).
func (w *Tester) signingClient() error {
	if client, _ := w.ChosenClient(); client.Key != nil {
		return nil
	}
	if w.EmbeddedAS() {
		return w.embeddedClientBy(mockas.AuthPrivateKeyJWT)
	}
	document := w.Session.Metadata.Document
	if value, _ := document.Get("request_parameter_supported"); string(value) != "true" {
		return world.NotApplicablef("the authorization server takes no request objects")
	}
	return w.chooseClient(w.announces(mockas.AuthPrivateKeyJWT), "client with a key to sign request objects",
		func(c target.RegisteredClient) bool { return c.Key != nil && c.Has(mockas.GrantCode) })
}

// requestObject signs the parameters of an authorization request (RFC 9101 §4).
func (w *Tester) requestObject(client target.RegisteredClient, form url.Values) (string, error) {
	metadata, err := w.Metadata()
	if err != nil {
		return "", err
	}
	now := w.Now(metadata.Issuer)
	var header, claims dpop.Object
	header.Add("alg", client.Key.Algorithm)
	header.Add("typ", "oauth-authz-req+jwt")
	claims.Add("iss", client.ID)
	claims.Add("aud", metadata.Issuer)
	claims.Add("iat", now.Unix())
	claims.Add("exp", now.Unix()+60)
	claims.Add("jti", dpop.NewID())
	for name, values := range form {
		claims.Add(name, values[0])
	}
	return dpop.SignCompact(client.Key, header.JSON(), claims.JSON())
}
