package world

import (
	"context"
	"slices"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/target"
)

// standardClients are registered at every embedded authorization server.
var standardClients = []target.RegisteredClient{
	{
		ID: "confidential", Secret: "confidential-secret", Auth: "client_secret_post",
		Grants: mockas.AllGrants, RedirectURI: RedirectURI,
	},
	{
		ID: "public", Auth: "none",
		Grants: []string{mockas.GrantCode, mockas.GrantRefresh, mockas.GrantDevice}, RedirectURI: RedirectURI,
	},
	{
		ID: "bound", Secret: "bound-secret", Auth: "client_secret_basic",
		Grants: mockas.AllGrants, RedirectURI: RedirectURI, Bound: true,
	},
	{
		ID: "another", Secret: "another-secret", Auth: "client_secret_post",
		Grants: mockas.AllGrants, RedirectURI: RedirectURI,
	},
}

// StandardClients returns the clients of every embedded authorization server.
func StandardClients() []target.RegisteredClient { return slices.Clone(standardClients) }

// StandardAS is the embedded authorization server before the scenario
// arranges anything.
func StandardAS(c *mockas.Config) {
	for _, client := range standardClients {
		c.Clients = append(c.Clients, mockas.Client{
			ID: client.ID, Secret: client.Secret, Auth: client.Auth, Grants: client.Grants,
			RedirectURIs: []string{client.RedirectURI}, DPoPBound: client.Bound, AlwaysRefresh: true,
		})
	}
	for _, name := range []string{"orders", "invoices"} {
		c.APIs = append(c.APIs, mockas.API{Audience: AudienceOf(name)})
	}
}

// RedirectURI is where the embedded authorization server sends codes. Nothing
// listens there: the harness reads the code from the redirect itself.
const RedirectURI = "http://127.0.0.1/callback"

// DefaultAPI is the name of the API where a scenario speaks of "the API".
const DefaultAPI = "orders"

// StandardAPI is the embedded API of a name before the scenario arranges
// anything: it takes the tokens of the embedded authorization server.
func StandardAPI(name string, as *target.EmbeddedAS) func(*mockrs.Config) {
	return func(c *mockrs.Config) {
		c.Name = name
		c.Audience = AudienceOf(name)
		c.Issuer = as.Issuer()
		c.Keys = keysOf(as)
		c.Introspect = func(_ context.Context, token string) (dpop.Object, error) { return as.Introspect(token), nil }
	}
}

// keysOf returns the keys that an embedded authorization server signs with.
func keysOf(as *target.EmbeddedAS) func(context.Context) ([]dpop.PublicKey, error) {
	return func(context.Context) ([]dpop.PublicKey, error) {
		var keys []dpop.PublicKey
		for _, key := range as.Keys() {
			keys = append(keys, dpop.PublicKey{JWK: key.JWK(), Key: key.Public(), Thumbprint: key.Thumbprint})
		}
		return keys, nil
	}
}

// AudienceOf is the audience of an embedded API.
func AudienceOf(name string) string { return "https://" + name + ".example" }
