package world

import (
	"encoding/base64"
	"net/url"

	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/target"
)

// FormRequest makes a request to an endpoint of the authorization server with
// the parameters of a form, and authenticates the client by its own method (RFC
// 6749 §2.3, RFC 7523 §2.2, RFC 8705 §2, or by attestation). It adds the credentials to the form.
func FormRequest(address string, form url.Values, client target.RegisteredClient) wire.Request {
	r := wire.Request{Method: "POST", URL: address, Fields: wire.Fields{
		{Name: "Content-Type", Value: "application/x-www-form-urlencoded"},
	}}
	switch client.Auth {
	case "client_secret_basic":
		pair := url.QueryEscape(client.ID) + ":" + url.QueryEscape(client.Secret) // RFC 6749 §2.3.1
		credentials := "Basic " + base64.StdEncoding.EncodeToString([]byte(pair))
		r.Fields = append(r.Fields, wire.Field{Name: "Authorization", Value: credentials})
	case "client_secret_post":
		form.Set("client_id", client.ID)
		form.Set("client_secret", client.Secret)
	default:
		form.Set("client_id", client.ID)
	}
	if client.Auth == "private_key_jwt" && client.Key != nil {
		r.Complete = asserts(client, address)
	}
	if client.Instance != nil {
		r.Complete = client.Instance.Authenticate
	}
	r.Certificate = client.Certificate
	r.Body = []byte(form.Encode())
	return r
}
