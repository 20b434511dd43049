package client

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

// grant sends a token request, with a proof if the token is to be bound, and
// judges the answer. key is the key to bind to; nil means the client's own. With
// an error because of the clocks alone, the token comes, too.
func (c *Client) grant(ctx context.Context, form url.Values, audience string, bound bool, key *dpop.Key) (Token, error) {
	if key == nil && bound {
		var err error
		if key, err = c.proofKey(); err != nil {
			return Token{}, err
		}
	}
	m, err := c.Metadata(ctx)
	if err != nil {
		return Token{}, err
	}
	endpoint, published, err := c.endpoint(m, "token_endpoint")
	if err != nil {
		return Token{}, err
	}
	place := Place{Purpose: ForToken, Grant: form.Get("grant_type"), Base: c.options.Issuer, Published: published, Metadata: m}
	a, body, err := c.post(ctx, &call{place: place, key: key, attempt: first(bound), offered: m.ProofAlgorithms}, endpoint, form)
	if err != nil {
		return Token{}, err
	}
	t, err := c.readToken(body, audience, form.Get("scope"), bound, key)
	if err != nil || !bound {
		return t, err
	}
	return t, c.policy.Clock(a)
}

// post sends a form to the authorization server and returns its JSON answer.
func (c *Client) post(ctx context.Context, k *call, endpoint string, form url.Values) (*Answer, dpop.Object, error) {
	k.build = func() (*http.Request, error) { return c.formRequest(ctx, endpoint, form) }
	k.send = c.http.Do
	a, err := c.exchange(ctx, k)
	name := string(k.place.Purpose) + " endpoint"
	if err != nil {
		return nil, nil, c.explain(a, name, err)
	}
	defer a.discard()
	body, err := io.ReadAll(io.LimitReader(a.response.Body, maxJSON))
	if err != nil {
		return nil, nil, fmt.Errorf("reading the answer of the %s: %w", name, err)
	}
	object, parseErr := dpop.ParseObject(body)
	if a.Status != http.StatusOK && a.Status != http.StatusCreated {
		return nil, nil, oauthError(name, a.Status, object)
	}
	if parseErr != nil {
		return nil, nil, fmt.Errorf("the answer of the %s: %w", name, parseErr)
	}
	return a, object, nil
}

// first is the first attempt of a call to the authorization server.
func first(bound bool) Attempt {
	if bound {
		return Attempt{Number: 1, Scheme: dpop.Scheme}
	}
	return Attempt{Number: 1}
}

// explain adds the authorization server's own error to a failure of DPoP.
func (c *Client) explain(a *Answer, endpoint string, err error) error {
	if e, ok := err.(*DPoPError); ok && e.Err == nil && a != nil && a.Status != 0 {
		object, _ := dpop.ParseObject(a.Body)
		e.Err = oauthError(endpoint, a.Status, object)
	}
	return err
}

// formRequest makes one POST, authenticated anew.
func (c *Client) formRequest(ctx context.Context, endpoint string, form url.Values) (*http.Request, error) {
	header, filled := http.Header{}, url.Values{}
	for name, values := range form {
		filled[name] = values
	}
	if err := c.authenticate(header, filled); err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, strings.NewReader(filled.Encode()))
	if err != nil {
		return nil, err
	}
	request.Header = header
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Accept", "application/json")
	return request, nil
}

// readToken judges a token response (RFC 6749 §5.1, RFC 9449 §5). Nothing of a
// response is kept that was not judged as a whole.
func (c *Client) readToken(o dpop.Object, audience, scope string, bound bool, key *dpop.Key) (Token, error) {
	t := Token{Audience: audience, Scope: scope, key: key}
	var err error
	if t.AccessToken, err = o.Text("access_token"); err != nil {
		return Token{}, fmt.Errorf("the answer of the token endpoint: %w", err)
	}
	if !dpop.IsToken68(t.AccessToken) {
		return Token{}, fmt.Errorf("the access token cannot be sent in a field: it is not a token68 (RFC 9449 §7.1)")
	}
	if t.Type, err = o.Text("token_type"); err != nil {
		return Token{}, fmt.Errorf("the answer of the token endpoint: %w", err)
	}
	if t.Scheme, err = c.policy.TokenType(bound, t.Type); err != nil {
		return Token{}, err
	}
	if err := c.policy.Audience(audience, t.AccessToken); err != nil {
		return Token{}, err
	}
	if seconds, err := o.Number("expires_in"); err == nil && seconds >= 0 && seconds < 1e9 {
		t.Expires = c.now().Add(time.Duration(seconds * float64(time.Second)))
	}
	t.RefreshToken, _ = o.Text("refresh_token")
	t.IDToken, _ = o.Text("id_token")
	if granted, err := o.Text("scope"); err == nil {
		t.Scope = granted
	}
	return t, nil
}

// tokenType takes DPoP for a bound token and Bearer for an unbound one, in any
// letter case (RFC 6749 §5.1). Everything else is discarded: what was meant to
// be bound must never travel unbound.
func tokenType(bound bool, tokenType string) (string, error) {
	want := "Bearer"
	if bound {
		want = dpop.Scheme
	}
	if !strings.EqualFold(tokenType, want) {
		return "", failure(TokenTypeUnexpected, "the authorization server issued a token of type %s where %s was asked for; the token is discarded. Check the server's DPoP settings for this client and API", quote(tokenType), want)
	}
	return want, nil
}
