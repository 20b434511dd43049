package steps

import (
	"errors"
	"net/url"
	"slices"

	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/target"
)

// front is the newest authorization request of a case. What goes through the
// browser may be only a reference to it (RFC 9126 §4).
type front struct{ state string }

// logInByBrowser lets the person log in, in a browser.
func (w *World) logInByBrowser(client target.RegisteredClient, address string, form url.Values) (url.Values, error) {
	state := of[front](w).state
	if form.Has("state") {
		state = form.Get("state")
	}
	back, err := w.Session.LogIn(w.Context, client, address, state)
	var absent *target.NobodyLoggedIn
	if errors.As(err, &absent) {
		return nil, inconclusive("no code to test with: %v", absent)
	}
	return back, err
}

// holding tells whether the case has the refresh tokens of the configuration to
// itself.
type holding struct{ held bool }

// refreshingClient returns the client of the scenario, or the first, whose
// tokens come from the refresh token of the configuration alone.
func (w *World) refreshingClient() (target.RegisteredClient, bool) {
	if w.chosen != nil {
		return *w.chosen, w.chosen.Refreshes()
	}
	list := w.clients()
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

// personClient returns client and grant for a token of a person.
func (w *World) personClient() (target.RegisteredClient, string, error) {
	client, err := w.clientWith(mockas.GrantCode)
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
		return "", notApplicable("the refresh token of the public client %s is bound to a key (RFC 9449 §5); give that key as key", client.ID)
	}
	if err := w.holdRefreshTokens(); err != nil {
		return "", err
	}
	key, err := w.Key("client")
	if err != nil {
		return "", err
	}
	e, err := w.sendAsk(ask{
		title: "refresh of the configured refresh token", place: tokenEndpoint, client: client,
		form: refreshForm(w.Session.RefreshToken(client.ID)), key: key,
	})
	if err != nil {
		return "", err
	}
	if _, err := readGrant(client, e); err != nil || e.Status != 200 {
		return "", inconclusive("the configured refresh token of the client %s is not good, or not any more: %s; log in for a new one", client.ID, tokenEndpoint.describe(e, nil))
	}
	return w.Session.RefreshToken(client.ID), nil
}

// holdRefreshTokens makes other cases wait until this one ends.
func (w *World) holdRefreshTokens() error {
	holds := of[holding](w)
	if holds.held {
		return nil
	}
	release, err := w.Session.HoldRefreshTokens(w.Context)
	if err != nil {
		return err
	}
	holds.held = true
	w.closers = append(w.closers, release)
	return nil
}

// needsManyGrants ends a case that redeems several grants at the same time,
// where there is but one refresh token.
func (w *World) needsManyGrants() error {
	p, err := w.At()
	if err != nil || p != tokenEndpoint {
		return err
	}
	if client, _, err := w.probeClient(); err == nil && client.Refreshes() {
		return notApplicable("this needs several codes at the same time, and of the client %s there is one refresh token alone", client.ID)
	}
	return nil
}
