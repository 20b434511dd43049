package world

import (
	"errors"
	"fmt"

	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/target"
)

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

// usable returns why a client gets nothing by a grant, though it may use it: the
// set-up of the run is to blame.
func (w *World) usable(client target.RegisteredClient, grant string) error {
	return w.Session.UsableClient(client.ID, grant)
}

// FindClient returns the first client that fits, of several the first that gets
// anything from its server: bound tokens, if any does.
func (w *World) FindClient(fits func(target.RegisteredClient) bool) (client target.RegisteredClient, found bool) {
	for _, c := range w.Clients() {
		if len(c.Grants) == 0 || !fits(c) { // without a grant it does but introspect
			continue
		}
		works := w.usable(c, "") == nil
		if works && !w.Session.GetsUnbound(c.ID, "") {
			return c, true
		}
		if !found || works && w.usable(client, "") != nil {
			client, found = c, true
		}
	}
	return client, found
}

// ClientWith returns the client of the scenario, or the first that may use a grant
// and gets something by it: a bound token, if any gets one.
func (w *World) ClientWith(grant string) (target.RegisteredClient, error) {
	if client, chosen := w.ChosenClient(); chosen {
		if !client.Has(grant) {
			return client, Lackingf(ClientsKey, "the client %s may not use the grant %s%s",
				client.ID, grant, w.refreshesOnly(grant))
		}
		return client, w.usable(client, grant)
	}
	var blocked error
	var unbound *target.RegisteredClient
	only := w.clientOfAPI()
	for _, c := range w.Clients() {
		if !c.Has(grant) || only != "" && c.ID != only {
			continue
		}
		why := w.usable(c, grant)
		switch {
		case why != nil:
			blocked = why
		case !w.Session.GetsUnbound(c.ID, grant):
			return c, nil
		case unbound == nil:
			unbound = &c
		}
	}
	if unbound != nil {
		return *unbound, nil
	}
	if blocked != nil {
		return target.RegisteredClient{}, blocked
	}
	if only != "" {
		return target.RegisteredClient{}, Lackingf(ClientsKey,
			"the client %s, which gets the tokens of the API, may not use the grant %s%s", only, grant, w.refreshesOnly(grant))
	}
	return target.RegisteredClient{}, Lackingf(ClientsKey, "no client of the configuration may use the grant %s%s",
		grant, w.refreshesOnly(grant))
}

// PushingClient returns the client of the scenario, or the first that may push an
// authorization request and whose request is granted: whether the login behind it
// works makes no difference. Where none may use the code grant, one that has pushed
// without it will do: a pushed request is no login yet (RFC 9126 §2.1).
func (w *World) PushingClient() (target.RegisteredClient, error) {
	client, chosen := w.ChosenClient()
	if !chosen {
		may := func(c target.RegisteredClient) bool { return c.Has(mockas.GrantCode) }
		var found bool
		if client, found = w.FindClient(func(c target.RegisteredClient) bool {
			return may(c) && w.usable(c, PAREndpoint.Name) == nil
		}); !found {
			client, found = w.FindClient(may)
		}
		if !found {
			return w.pushingWithoutCode()
		}
	}
	if !client.Has(mockas.GrantCode) {
		return w.ClientWith(mockas.GrantCode)
	}
	return client, w.usable(client, PAREndpoint.Name)
}

// pushingWithoutCode returns the first client that has pushed an authorization request
// though it may not use the code grant.
func (w *World) pushingWithoutCode() (target.RegisteredClient, error) {
	why := ""
	for _, c := range w.Clients() {
		refused, tried := w.Session.Pushing(c.ID)
		if tried && refused == "" {
			return c, nil
		}
		if tried && why == "" {
			why = fmt.Sprintf("; without it the client %s may not push either: %s", c.ID, refused)
		}
	}
	client, err := w.ClientWith(mockas.GrantCode)
	var skip *NotApplicable
	if errors.As(err, &skip) {
		return client, LackingIff(!skip.Rare, skip.Key, "%s%s", skip.Reason, why)
	}
	return client, err
}

// ProbeClient returns client and grant for a probe of the token endpoint: the
// scenario's, else the grant that needs the fewest requests. A refresh token of
// the configuration is the last resort.
func (w *World) ProbeClient() (client target.RegisteredClient, grant string, err error) {
	grants := []string{mockas.GrantClientCredentials, mockas.GrantPreAuthorized, mockas.GrantCode}
	if w.grant != "" {
		grants = []string{w.grant}
	}
	var failed error
	for _, bound := range []bool{true, false} { // those whose tokens no proof binds come last
		for _, grant := range grants {
			client, err := w.ClientWith(grant)
			if err == nil && w.Session.GetsUnbound(client.ID, grant) != bound {
				return client, grant, nil
			}
			failed = telling(failed, err)
		}
	}
	if client, found := w.refreshingClient(); found && w.grant == "" {
		return client, mockas.GrantRefresh, w.usable(client, mockas.GrantRefresh)
	}
	return target.RegisteredClient{}, "", failed
}

// telling is which of two reasons to give: that something does not work tells more
// than that it is not there.
func telling(first, then error) error {
	var blocked *target.Blocked
	if errors.As(first, &blocked) {
		return first
	}
	return then
}

// PersonClient returns client and grant for a token of a person.
func (w *World) PersonClient() (client target.RegisteredClient, grant string, err error) {
	client, err = w.ClientWith(mockas.GrantCode)
	if err == nil {
		return client, mockas.GrantCode, nil
	}
	if client, found := w.refreshingClient(); found {
		return client, mockas.GrantRefresh, w.usable(client, mockas.GrantRefresh)
	}
	return client, "", err
}

// refreshingClient returns the client of the scenario, or the first, whose
// tokens come from the refresh token of the configuration alone; of several the
// first that works.
func (w *World) refreshingClient() (client target.RegisteredClient, found bool) {
	if client, chosen := w.ChosenClient(); chosen {
		return client, client.Refreshes()
	}
	only := w.clientOfAPI()
	for _, c := range w.Clients() {
		if only != "" && c.ID != only {
			continue
		}
		works := c.Refreshes() && w.usable(c, mockas.GrantRefresh) == nil
		if works || c.Refreshes() && !found {
			client, found = c, true
		}
		if works {
			break
		}
	}
	return client, found
}

// refreshesOnly tells why a refresh token of the configuration does not help
// where a code is needed.
func (w *World) refreshesOnly(grant string) string {
	if client, found := w.refreshingClient(); found && grant == mockas.GrantCode {
		return "; this needs a fresh code, and of the client " + client.ID + " there is a refresh token alone"
	}
	if grant == mockas.GrantCode {
		return "; add one with its redirect_uri and, where the server shows a page, with login: {form: …}, {command: …}, " +
			"{browser: headless} or {cookies: …}"
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
