package client

import (
	"context"
	"net/url"
)

// Login gets a token for a user with PKCE (RFC 7636), dpop_jkt (RFC 9449 §10)
// and, if configured or required, PAR (RFC 9126). It starts a session: the
// refresh token, if one came, serves the calls of Token from then on.
func (c *Client) Login(ctx context.Context, o LoginOptions) (Token, error) {
	a, err := c.Authorize(ctx, o)
	if err != nil {
		return Token{}, err
	}
	follow := o.Follow
	if follow == nil {
		follow = c.followToCallback
	}
	callback, err := follow(ctx, a.URL)
	if err != nil {
		return Token{}, err
	}
	return c.Exchange(ctx, a, callback)
}

// Exchange takes the callback URL of a login and trades its code for tokens.
func (c *Client) Exchange(ctx context.Context, a *Authorization, callback string) (Token, error) {
	code, err := c.authorizationCode(ctx, a, callback)
	if err != nil {
		return Token{}, err
	}
	form := url.Values{
		"grant_type":    {"authorization_code"},
		"code":          {code},
		"redirect_uri":  {c.options.RedirectURI},
		"code_verifier": {a.verifier},
	}
	t, err := c.grant(ctx, form, a.options.Audience, a.key != nil, a.key)
	if err != nil {
		return Token{}, err
	}
	if t.IDToken != "" {
		if err := c.checkIDToken(t.IDToken, a); err != nil {
			return Token{}, err
		}
	}
	c.store.adopt(a.key)
	c.store.begin(TokenOptions{Audience: a.options.Audience, Scope: a.options.Scope})
	c.store.keep(slot{a.options.Audience, a.options.Scope, a.key != nil}, t)
	return t, nil
}
