package world

import (
	"net/url"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/login"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
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
		return nil, because(&Ungranted{client, mockas.GrantCode, PAREndpoint, e},
			Inconclusivef("no request_uri to test with: %s", PAREndpoint.Describe(e, nil)))
	}
	return url.Values{"client_id": {client.ID}, "request_uri": {uri}}, nil
}

// MustPush reports whether authorization requests must be pushed (RFC 9126 §5).
func MustPush(m target.Metadata) bool {
	value, _ := m.Document.Get("require_pushed_authorization_requests")
	return string(value) == "true"
}

// pushed pushes the authorization request of a login where the server demands it or the
// configuration wants it (login.par), and returns what goes to the authorization
// endpoint. A request that must be bound is, to the key by which its code will be
// redeemed (RFC 9449 §10.1).
func (w *World) pushed(
	m target.Metadata, client target.RegisteredClient, form url.Values, key *dpop.Key,
) (url.Values, error) {
	wanted := client.Ways.Push
	switch {
	case wanted == login.PushNever, wanted == login.PushAsProfile && !MustPush(m):
		return form, nil
	case m.PAR == "":
		return nil, Lackingf(loginKey+".par", "the authorization server has no endpoint for pushed authorization "+
			"requests; leave par out of login")
	case !w.bindsLogins(client):
		return w.Push(client, form, nil)
	}
	key, err := w.redeeming(client, key)
	if err != nil {
		return nil, err
	}
	return w.Push(client, form, key)
}

// bindsLogins reports whether the pushed requests of a client's logins carry a proof.
func (w *World) bindsLogins(client target.RegisteredClient) bool {
	if client.Ways.Push == login.PushAsProfile {
		return w.Profile.PushedBinding() != features.BindingOptional
	}
	return client.Ways.Push == login.PushProof
}

// redeeming is the key by which a code is redeemed; without another it is the client's.
func (w *World) redeeming(client target.RegisteredClient, key *dpop.Key) (*dpop.Key, error) {
	if key != nil && w.bindsLogins(client) {
		return key, nil
	}
	return w.Key("client")
}
