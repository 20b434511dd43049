package world

import (
	"net/url"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/target"
)

// Push sends a pushed authorization request (RFC 9126 §2.1), which must
// succeed, and returns what goes to the authorization endpoint.
func (w *World) Push(client target.RegisteredClient, form url.Values, key *dpop.Key) (url.Values, error) {
	e, err := w.SendAsk(Ask{
		Title: "pushed authorization request", Endpoint: PAREndpoint, Client: client, Form: form, Key: key,
	})
	if err != nil {
		return nil, err
	}
	return FrontOf(client, e)
}

// FrontOf makes the authorization request that refers to a pushed one.
func FrontOf(client target.RegisteredClient, e *wire.Exchange) (url.Values, error) {
	body, err := dpop.ParseObject(e.Reply)
	uri := ""
	if err == nil {
		uri, _ = body.Text("request_uri")
	}
	if uri == "" {
		return nil, Inconclusivef("no request_uri to test with: %s", PAREndpoint.Describe(e, nil))
	}
	return url.Values{"client_id": {client.ID}, "request_uri": {uri}}, nil
}

// MustPush reports whether authorization requests must be pushed (RFC 9126 §5).
func MustPush(m target.Metadata) bool {
	value, _ := m.Document.Get("require_pushed_authorization_requests")
	return string(value) == "true"
}

// pushed pushes an authorization request without binding it.
func (w *World) pushed(client target.RegisteredClient, form url.Values) (url.Values, error) {
	return w.Push(client, form, nil)
}
