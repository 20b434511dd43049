package client

import (
	"context"
	"errors"
	"maps"
	"net/url"
)

// Token returns an access token: one at hand, if it is good and no refresh is
// asked for, else a new one, by the refresh token of a login or, without a
// login, by client credentials. One refresh token serves every audience that
// the authorization server's policy allows.
func (c *Client) Token(ctx context.Context, o TokenOptions) (Token, error) {
	scopeAsked := o.Scope != ""
	o = c.settle(o)
	at := slot{o.Audience, o.Scope, *o.UseDPoP}
	if t, has := c.store.token(at); has && !o.Refresh && c.policy.Serves(t, c.now()) {
		return t, nil
	}
	select {
	case c.acquire <- struct{}{}:
		defer func() { <-c.acquire }()
	case <-ctx.Done():
		return Token{}, ctx.Err()
	}
	if t, has := c.store.token(at); has && !o.Refresh && c.policy.Serves(t, c.now()) {
		return t, nil
	}
	used := c.store.present().refreshToken
	t, err := c.newToken(ctx, o, scopeAsked)
	if err != nil {
		if t.AccessToken != "" {
			c.store.keepRefresh(at, t) // the one before may be spent
		}
		if c.policy.GivesUp(err) {
			c.store.giveUp(used)
		}
		if c.policy.Ends(err) {
			c.store.resume("", TokenOptions{})
		}
		return Token{}, err
	}
	c.store.keep(at, t)
	return t, nil
}

// settle fills in what the options leave open: from the login of the session,
// then from the Client.
func (c *Client) settle(o TokenOptions) TokenOptions {
	if login := c.store.present().defaults; o.Audience == "" || o.Audience == login.Audience {
		o = o.over(login) // the scope of a login says nothing of other APIs
	}
	return o.over(c.options.token())
}

// newToken asks for a token. scopeAsked says that this call names the scope.
func (c *Client) newToken(ctx context.Context, o TokenOptions, scopeAsked bool) (Token, error) {
	s := c.store.present()
	form := url.Values{}
	c.describe(form, o)
	switch {
	case s.refreshToken != "":
		form.Set("grant_type", "refresh_token")
		form.Set("refresh_token", s.refreshToken)
		if !scopeAsked && o.Audience == s.defaults.Audience {
			// The login may have been granted less than it asked for, and to
			// ask for more is an error; left out, it means all that was
			// granted (RFC 6749 §6).
			form.Del("scope")
		}
	case s.active:
		// Client credentials would give the client's own token for the user's.
		return Token{}, errors.New("the session has no refresh token and its access token is used up; " +
			"call Login again, with the scope offline_access if the server wants it")
	case c.options.Auth != None:
		form.Set("grant_type", "client_credentials")
	default:
		return Token{}, errors.New("there is no session to take a token from; " +
			"call Login first, or give the client a secret or a key for client credentials")
	}
	return c.grant(ctx, form, o.Audience, *o.UseDPoP, s.key)
}

// Grant asks the token endpoint with a form of the caller's own making: any
// grant_type with its parameters, to which scope and audience are added where
// it has none. The token is not kept.
func (c *Client) Grant(ctx context.Context, form url.Values, o TokenOptions) (Token, error) {
	o = c.settle(o)
	filled := url.Values{}
	c.describe(filled, o)
	maps.Copy(filled, form)
	return c.grant(ctx, filled, o.Audience, *o.UseDPoP, nil)
}
