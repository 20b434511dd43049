package world

import (
	"slices"

	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/target"
)

// ClientsKey is the key of the configuration that names the registered clients.
const ClientsKey = "authorization_server.clients"

// Clients returns the clients that are registered at the authorization server.
func (w *World) Clients() []target.RegisteredClient {
	if w.EmbeddedAS() {
		return standardClients
	}
	return w.Session.AuthorizationServer.Clients
}

// ChooseClient makes a client the one of the scenario.
func (w *World) ChooseClient(client target.RegisteredClient) { w.client = &client }

// ChosenClient returns the client of the scenario, if it has chosen one.
func (w *World) ChosenClient() (client target.RegisteredClient, chosen bool) {
	if w.client == nil {
		return target.RegisteredClient{}, false
	}
	return *w.client, true
}

// ChooseGrant makes a grant type the one of the scenario's token requests, and a
// client that may use it its client.
func (w *World) ChooseGrant(client target.RegisteredClient, grant string) {
	w.ChooseClient(client)
	w.grant = grant
}

// ClientWith returns the client of the scenario, or the first that may use a grant.
func (w *World) ClientWith(grant string) (target.RegisteredClient, error) {
	if client, chosen := w.ChosenClient(); chosen {
		if !client.Has(grant) {
			return client, Lackingf(ClientsKey, "the client %s may not use the grant %s%s",
				client.ID, grant, w.refreshesOnly(grant))
		}
		return client, nil
	}
	for _, c := range w.Clients() {
		if c.Has(grant) {
			return c, nil
		}
	}
	return target.RegisteredClient{}, Lackingf(ClientsKey, "no client of the configuration may use the grant %s%s",
		grant, w.refreshesOnly(grant))
}

// ProbeClient returns client and grant for a probe of the token endpoint: the
// scenario's, else the grant that needs the fewest requests. A refresh token of
// the configuration is the last resort.
func (w *World) ProbeClient() (client target.RegisteredClient, grant string, err error) {
	grants := []string{mockas.GrantClientCredentials, mockas.GrantCode}
	if w.grant != "" {
		grants = []string{w.grant}
	}
	var failed error
	for _, grant := range grants {
		client, err := w.ClientWith(grant)
		if err == nil {
			return client, grant, nil
		}
		failed = err
	}
	if client, found := w.refreshingClient(); found && w.grant == "" {
		return client, mockas.GrantRefresh, nil
	}
	return target.RegisteredClient{}, "", failed
}

// PersonClient returns client and grant for a token of a person.
func (w *World) PersonClient() (client target.RegisteredClient, grant string, err error) {
	client, err = w.ClientWith(mockas.GrantCode)
	if err == nil {
		return client, mockas.GrantCode, nil
	}
	if client, found := w.refreshingClient(); found {
		return client, mockas.GrantRefresh, nil
	}
	return client, "", err
}

// refreshingClient returns the client of the scenario, or the first, whose
// tokens come from the refresh token of the configuration alone.
func (w *World) refreshingClient() (target.RegisteredClient, bool) {
	if client, chosen := w.ChosenClient(); chosen {
		return client, client.Refreshes()
	}
	list := w.Clients()
	i := slices.IndexFunc(list, target.RegisteredClient.Refreshes)
	if i < 0 {
		return target.RegisteredClient{}, false
	}
	return list[i], true
}

// refreshesOnly tells why a refresh token of the configuration does not help
// where a code is needed.
func (w *World) refreshesOnly(grant string) string {
	if client, found := w.refreshingClient(); found && grant == mockas.GrantCode {
		return "; this needs a fresh code, and of the client " + client.ID + " there is a refresh token alone"
	}
	return ""
}

// NeedsManyGrants ends a case that redeems several grants at the same time,
// where there is but one refresh token.
func (w *World) NeedsManyGrants() error {
	p, err := w.At()
	if err != nil || p.Grants != "access_token" {
		return err
	}
	if client, _, err := w.ProbeClient(); err == nil && client.Refreshes() {
		return Lackingf(ClientsKey, "this needs several codes at the same time, "+
			"and of the client %s there is one refresh token alone", client.ID)
	}
	return nil
}
