package client

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

// grant sends a token request, with a proof if the token is to be bound, and
// judges the answer. key is the key to bind to; nil means the client's own. With
// an error because of the clocks alone, the token comes, too.
func (c *Client) grant(
	ctx context.Context, form url.Values, audience string, bound bool, key *dpop.Key,
) (Token, error) {
	if key == nil && bound {
		var err error
		if key, err = c.store.keyPair(); err != nil {
			return Token{}, err
		}
	}
	m, err := c.Metadata(ctx)
	if err != nil {
		return Token{}, err
	}
	endpoint, published, err := c.endpoint(m, tokenEndpoint)
	if err != nil {
		return Token{}, err
	}
	k := &call{
		to: Destination{
			Purpose: ForToken, Grant: form.Get("grant_type"), Base: c.issuer(), Published: published, Metadata: m,
		},
		key: key, attempt: first(bound), offered: m.ProofAlgorithms,
	}
	a, body, err := c.post(ctx, k, endpoint, form)
	if err != nil {
		return Token{}, err
	}
	t, err := c.readToken(body, Token{Audience: audience, Scope: form.Get("scope"), key: key}, bound)
	if err != nil || !bound {
		return t, err
	}
	return t, c.policy.Clock(a)
}

// describe says in a request for a token which one is wanted.
func (c *Client) describe(form url.Values, o TokenOptions) {
	if o.Scope != "" {
		form.Set("scope", c.policy.Scope(o.Scope))
	}
	if o.Audience == "" {
		return
	}
	if c.options.ResourceIndicators {
		form.Set("resource", o.Audience)
	} else {
		form.Set("audience", o.Audience)
	}
}

// readToken judges a token response (RFC 6749 §5.1, RFC 9449 §5) and completes
// the token that was asked for. Nothing of a response is kept that was not
// judged as a whole.
func (c *Client) readToken(o dpop.Object, t Token, bound bool) (Token, error) {
	var err error
	if t.AccessToken, err = o.Text("access_token"); err != nil {
		return Token{}, fmt.Errorf("the answer of the token endpoint: %w", err)
	}
	if !dpop.IsToken68(t.AccessToken) {
		return Token{}, errors.New("the access token cannot be sent in a field: it is not a token68 (RFC 9449 §7.1)")
	}
	if t.Type, err = o.Text("token_type"); err != nil {
		return Token{}, fmt.Errorf("the answer of the token endpoint: %w", err)
	}
	if t.Scheme, err = c.policy.TokenType(bound, t.Type); err != nil {
		return Token{}, err
	}
	if err := c.policy.Audience(t.Audience, t.AccessToken); err != nil {
		return Token{}, err
	}
	if seconds, err := o.Number("expires_in"); err == nil && seconds >= 0 && seconds < 1e9 {
		t.Expires = c.now().Add(time.Duration(seconds * float64(time.Second)))
	}
	t.RefreshToken, _ = o.Text("refresh_token")
	t.IDToken, _ = o.Text("id_token")
	if granted, err := o.Text("scope"); err == nil {
		if err := c.policy.Granted(t.Scope, granted); err != nil {
			return Token{}, err
		}
		t.Scope = granted
	}
	return t, nil
}
