package world

import (
	"errors"
	"net/url"
	"slices"

	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/target"
)

// logInByBrowser lets the person log in, in a browser.
func (w *World) logInByBrowser(client target.RegisteredClient, address string, form url.Values) (url.Values, error) {
	state := w.front.state
	if form.Has("state") {
		state = form.Get("state")
	}
	back, err := w.Session.LogIn(w.Context, client, address, state)
	var absent *target.NobodyLoggedIn
	if errors.As(err, &absent) {
		return nil, Inconclusivef("no code to test with: %v", absent)
	}
	return back, err
}

// refreshingClient returns the client of the scenario, or the first, whose
// tokens come from the refresh token of the configuration alone.
func (w *World) refreshingClient() (target.RegisteredClient, bool) {
	if w.Chosen != nil {
		return *w.Chosen, w.Chosen.Refreshes()
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

// PersonClient returns client and grant for a token of a person.
func (w *World) PersonClient() (target.RegisteredClient, string, error) {
	client, err := w.ClientWith(mockas.GrantCode)
	if err == nil {
		return client, mockas.GrantCode, nil
	}
	if client, found := w.refreshingClient(); found {
		return client, mockas.GrantRefresh, nil
	}
	return client, "", err
}

// configuredRefreshToken returns a refresh token that is good: it has just come
// with an honest refresh of the newest one. Otherwise a token that expired
// would look like a server that refuses honest proofs.
func (w *World) configuredRefreshToken(client target.RegisteredClient) (string, error) {
	if client.Public() && w.Session.Key == nil {
		return "", NotApplicablef("the refresh token of the public client %s is bound to a key (RFC 9449 §5); give that key as key", client.ID)
	}
	if err := w.HoldRefreshTokens(); err != nil {
		return "", err
	}
	key, err := w.Key("client")
	if err != nil {
		return "", err
	}
	e, err := w.SendAsk(Ask{
		Title: "refresh of the configured refresh token", Place: TokenEndpoint, Client: client,
		Form: RefreshForm(w.Session.RefreshToken(client.ID)), Key: key,
	})
	if err != nil {
		return "", err
	}
	if _, err := ReadGrant(client, e); err != nil || e.Status != 200 {
		return "", Inconclusivef("the configured refresh token of the client %s is not good, or not any more: %s; log in for a new one", client.ID, TokenEndpoint.Describe(e, nil))
	}
	return w.Session.RefreshToken(client.ID), nil
}

// HoldRefreshTokens makes other cases wait until this one ends.
func (w *World) HoldRefreshTokens() error {
	holds := &w.holding
	if holds.held {
		return nil
	}
	release, err := w.Session.HoldRefreshTokens(w.Context)
	if err != nil {
		return err
	}
	holds.held = true
	w.AtClose(release)
	return nil
}

// NeedsManyGrants ends a case that redeems several grants at the same time,
// where there is but one refresh token.
func (w *World) NeedsManyGrants() error {
	p, err := w.At()
	if err != nil || p != TokenEndpoint {
		return err
	}
	if client, _, err := w.ProbeClient(); err == nil && client.Refreshes() {
		return NotApplicablef("this needs several codes at the same time, and of the client %s there is one refresh token alone", client.ID)
	}
	return nil
}
