package client

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
)

// LoginOptions describe a login with the authorization code grant.
type LoginOptions struct {
	Scope      string     // default: the Client's
	Audience   string     // default: the Client's
	UseDPoP    *bool      // default: the Client's
	Parameters url.Values // further parameters of the authorization request
	// Follow takes the user to the authorization URL and returns the URL, on
	// the redirect URI, to which the answer came. The default follows the
	// redirects itself: for servers that consent without a user.
	Follow func(ctx context.Context, authorizationURL string) (callback string, err error)
}

// Authorization is a login under way: what must be kept between sending the
// user away and their return.
type Authorization struct {
	URL      string // where to send the user
	State    string // what the answer must repeat (RFC 6749 §4.1.1)
	nonce    string // OpenID Connect's, not DPoP's
	verifier string
	options  TokenOptions
	key      *dpop.Key
}

// String keeps the code verifier out of logs.
func (a *Authorization) String() string { return "authorization request " + MaskURL(a.URL) }

// GoString keeps the code verifier out of %#v.
func (a *Authorization) GoString() string { return a.String() }

// Authorize prepares an authorization request, and pushes it where PAR is used.
func (c *Client) Authorize(ctx context.Context, o LoginOptions) (*Authorization, error) {
	m, err := c.Metadata(ctx)
	if err != nil {
		return nil, err
	}
	endpoint, _, err := c.endpoint(m, authorizationEndpoint)
	if err != nil {
		return nil, err
	}
	wanted := TokenOptions{Scope: o.Scope, Audience: o.Audience, UseDPoP: o.UseDPoP}.over(c.options.token())
	a := &Authorization{State: c.random(), nonce: c.random(), verifier: c.random(), options: wanted}
	form, err := c.authorizationRequest(a, o.Parameters)
	if err != nil {
		return nil, err
	}
	if c.policy.Push(c.options.PAR, m) {
		if form, err = c.push(ctx, m, a, form); err != nil {
			return nil, err
		}
	}
	u, err := url.Parse(endpoint)
	if err != nil {
		return nil, err
	}
	query := u.Query() // an endpoint may have a query of its own (RFC 6749 §3.1)
	maps.Copy(query, form)
	u.RawQuery = query.Encode()
	a.URL = u.String()
	return a, nil
}

// authorizationRequest writes the parameters. Ours come last: nothing that a
// caller adds can replace them.
func (c *Client) authorizationRequest(a *Authorization, further url.Values) (url.Values, error) {
	form := url.Values{}
	maps.Copy(form, further)
	form.Del("dpop_jkt")
	c.describe(form, a.options)
	challenge := sha256.Sum256([]byte(a.verifier))
	form.Set("response_type", "code")
	form.Set("client_id", c.options.ClientID)
	form.Set("redirect_uri", c.options.RedirectURI)
	form.Set("state", a.State)
	form.Set("code_challenge", dpop.EncodeSegment(challenge[:]))
	form.Set("code_challenge_method", "S256")
	if a.openID() {
		form.Set("nonce", a.nonce)
	}
	if !*a.options.UseDPoP {
		return form, nil
	}
	var err error
	if a.key, err = c.store.keyPair(); err != nil {
		return nil, err
	}
	if a.key, err = c.policy.LoginKey(c.options.KeyPerLogin, a.key); err != nil {
		return nil, err
	}
	jkt, err := c.jkt(a.key)
	if err != nil {
		return nil, err
	}
	if jkt != "" {
		form.Set("dpop_jkt", jkt)
	}
	return form, nil
}

// openID reports whether the login is one of OpenID Connect.
func (a *Authorization) openID() bool {
	return slices.Contains(strings.Fields(a.options.Scope), "openid")
}

// push sends the authorization request to the PAR endpoint (RFC 9126 §2, RFC
// 9449 §10.1) and returns what is left for the authorization endpoint.
func (c *Client) push(ctx context.Context, m *Metadata, a *Authorization, form url.Values) (url.Values, error) {
	endpoint, published, err := c.endpoint(m, parEndpoint)
	if err != nil {
		return nil, err
	}
	k := &call{
		to:  Destination{Purpose: ForPAR, Base: c.issuer(), Published: published, Metadata: m},
		key: a.key, attempt: first(a.key != nil), offered: m.ProofAlgorithms,
	}
	_, answer, err := c.post(ctx, k, endpoint, form)
	if err != nil {
		return nil, err
	}
	uri, err := answer.Text("request_uri")
	if err != nil {
		return nil, fmt.Errorf("the answer of the PAR endpoint: %w", err)
	}
	return url.Values{"client_id": {c.options.ClientID}, "request_uri": {uri}}, nil
}

// random returns 256 bits of the client's randomness.
func (c *Client) random() string {
	var b [32]byte
	if _, err := io.ReadFull(c.options.Random, b[:]); err != nil {
		return dpop.NewID() + dpop.NewID()
	}
	return dpop.EncodeSegment(b[:])
}
