package world

import (
	"net/url"

	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/target"
)

// RefreshForm makes the parameters of a request to refresh tokens (RFC 6749 §6).
func RefreshForm(token string) url.Values {
	return url.Values{"grant_type": {mockas.GrantRefresh}, "refresh_token": {token}}
}

// goodRefreshToken returns a refresh token of a client that nobody has used.
func (w *World) goodRefreshToken(client target.RegisteredClient) (string, error) {
	if client.Refreshes() {
		return w.configuredRefreshToken(client)
	}
	return w.freshRefreshToken()
}

// freshRefreshToken logs in anew, so that no refresh token is used twice.
func (w *World) freshRefreshToken() (string, error) {
	key, err := w.Key("client")
	if err != nil {
		return "", err
	}
	client, grant := w.client, w.grant
	defer func() { w.client, w.grant = client, grant }()
	w.tokens = nil
	if err := w.LogInBy(mockas.GrantCode, key); err != nil {
		return "", err
	}
	if answer, _ := TokenEndpoint.Classify(w.Latest().Exchange); answer != Accepted {
		return "", Inconclusivef("the login failed: %s", TokenEndpoint.Describe(w.Latest().Exchange, nil))
	}
	if w.tokens.RefreshToken == "" {
		return "", NotApplicablef("the client gets no refresh token")
	}
	return w.tokens.RefreshToken, nil
}

// configuredRefreshToken returns a refresh token that is good: it has just come
// with an honest refresh of the newest one. Otherwise a token that expired
// would look like a server that refuses honest proofs.
func (w *World) configuredRefreshToken(client target.RegisteredClient) (string, error) {
	if client.Public() && w.Session.Key == nil {
		return "", Lackingf("key", "the refresh token of the public client %s is bound to a key (RFC 9449 §5); "+
			"give that key as key", client.ID)
	}
	if err := w.HoldRefreshTokens(); err != nil {
		return "", err
	}
	key, err := w.Key("client")
	if err != nil {
		return "", err
	}
	e, err := w.SendAsk(Ask{
		Title: "refresh of the configured refresh token", Endpoint: TokenEndpoint, Client: client,
		Form: RefreshForm(w.Session.RefreshToken(client.ID)), Key: key,
	})
	if err != nil {
		return "", err
	}
	if _, err := ReadTokens(client, e); err != nil || e.Status != 200 {
		return "", Inconclusivef("the configured refresh token of the client %s is not good, or not any more: %s; "+
			"log in for a new one", client.ID, TokenEndpoint.Describe(e, nil))
	}
	return w.Session.RefreshToken(client.ID), nil
}

// HoldsRefreshTokens reports whether other cases wait for this one to end.
func (w *World) HoldsRefreshTokens() bool { return w.holdsRefreshTokens }

// HoldRefreshTokens makes other cases wait until this one ends: the refresh
// tokens of the configuration are the same in all.
func (w *World) HoldRefreshTokens() error {
	if w.holdsRefreshTokens {
		return nil
	}
	release, err := w.Session.HoldRefreshTokens(w.Context)
	if err != nil {
		return err
	}
	w.holdsRefreshTokens = true
	w.AtClose(release)
	return nil
}
