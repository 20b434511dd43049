package steps

import (
	"net/url"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/target"
)

// push sends a pushed authorization request (RFC 9126 §2.1), which must
// succeed, and returns what goes to the authorization endpoint.
func (w *World) push(client target.RegisteredClient, form url.Values, key *dpop.Key) (url.Values, error) {
	e, err := w.sendAsk(ask{title: "pushed authorization request", place: parEndpoint, client: client, form: form, key: key})
	if err != nil {
		return nil, err
	}
	return frontOf(client, e)
}

// frontOf makes the authorization request that refers to a pushed one.
func frontOf(client target.RegisteredClient, e *wire.Exchange) (url.Values, error) {
	body, err := dpop.ParseObject(e.Reply)
	uri := ""
	if err == nil {
		uri, _ = body.Text("request_uri")
	}
	if uri == "" {
		return nil, inconclusive("no request_uri to test with: %s", parEndpoint.describe(e, nil))
	}
	return url.Values{"client_id": {client.ID}, "request_uri": {uri}}, nil
}

// mustPush reports whether authorization requests must be pushed (RFC 9126 §5).
func mustPush(m target.Metadata) bool {
	value, _ := m.Document.Get("require_pushed_authorization_requests")
	return string(value) == "true"
}

// pushed pushes an authorization request without binding it.
func (w *World) pushed(client target.RegisteredClient, form url.Values) (url.Values, error) {
	return w.push(client, form, nil)
}
