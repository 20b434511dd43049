package client

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
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
	State    string
	nonce    string // OpenID Connect's, not DPoP's
	verifier string
	options  TokenOptions
	key      *dpop.Key
}

// String keeps the code verifier out of logs.
func (a *Authorization) String() string { return "authorization request " + MaskURL(a.URL) }

// GoString keeps the code verifier out of %#v.
func (a *Authorization) GoString() string { return a.String() }

// Login gets a token for a user with PKCE (RFC 7636), dpop_jkt (RFC 9449 §10)
// and, if configured or demanded, PAR (RFC 9126). It starts a session: the
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

// Authorize prepares an authorization request, and pushes it where PAR is used.
func (c *Client) Authorize(ctx context.Context, o LoginOptions) (*Authorization, error) {
	m, err := c.Metadata(ctx)
	if err != nil {
		return nil, err
	}
	endpoint, _, err := c.endpoint(m, "authorization_endpoint")
	if err != nil {
		return nil, err
	}
	a := &Authorization{State: c.secret(), nonce: c.secret(), verifier: c.secret(),
		options: TokenOptions{Scope: o.Scope, Audience: o.Audience, UseDPoP: o.UseDPoP}.over(TokenOptions{Scope: c.options.Scope, Audience: c.options.Audience, UseDPoP: &c.options.UseDPoP})}
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
	for name, values := range form {
		query[name] = values
	}
	u.RawQuery = query.Encode()
	a.URL = u.String()
	return a, nil
}

// authorizationRequest writes the parameters. Ours come last: nothing that a
// caller adds can replace them.
func (c *Client) authorizationRequest(a *Authorization, further url.Values) (url.Values, error) {
	form := url.Values{}
	for name, values := range further {
		form[name] = values
	}
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
	if a.key, err = c.proofKey(); err != nil {
		return nil, err
	}
	jkt, err := c.policy.Thumbprint(c.policy.Key(KeyRequest{Key: a.key, Issuer: c.options.Issuer, Attempt: Attempt{Number: 1}}))
	if err != nil {
		return nil, err
	}
	form.Set("dpop_jkt", jkt)
	return form, nil
}

func (a *Authorization) openID() bool {
	for _, scope := range strings.Fields(a.options.Scope) {
		if scope == "openid" {
			return true
		}
	}
	return false
}

// push sends the authorization request to the PAR endpoint (RFC 9126 §2, RFC
// 9449 §10.1) and returns what is left for the authorization endpoint.
func (c *Client) push(ctx context.Context, m *Metadata, a *Authorization, form url.Values) (url.Values, error) {
	endpoint, published, err := c.endpoint(m, "pushed_authorization_request_endpoint")
	if err != nil {
		return nil, err
	}
	place := Place{Purpose: ForPAR, Base: c.options.Issuer, Published: published, Metadata: m}
	_, answer, err := c.post(ctx, &call{place: place, key: a.key, attempt: first(a.key != nil), offered: m.ProofAlgorithms}, endpoint, form)
	if err != nil {
		return nil, err
	}
	uri, err := answer.Text("request_uri")
	if err != nil {
		return nil, fmt.Errorf("the answer of the PAR endpoint: %w", err)
	}
	return url.Values{"client_id": {c.options.ClientID}, "request_uri": {uri}}, nil
}

// Exchange takes the callback URL of a login and trades its code for tokens.
func (c *Client) Exchange(ctx context.Context, a *Authorization, callback string) (Token, error) {
	code, err := c.code(ctx, a, callback)
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
	c.begin(a, t)
	return t, nil
}

// begin starts the session: nothing of one before it survives.
func (c *Client) begin(a *Authorization, t Token) {
	k := cacheKey{a.options.Audience, a.options.Scope, a.key != nil}
	c.mu.Lock()
	c.session = session{active: true, defaults: TokenOptions{Audience: a.options.Audience, Scope: a.options.Scope}}
	clear(c.cache)
	c.mu.Unlock()
	c.keep(k, t)
}

// code judges the authorization response (RFC 6749 §4.1.2, RFC 9207 §2.4).
func (c *Client) code(ctx context.Context, a *Authorization, callback string) (string, error) {
	u, err := url.Parse(callback)
	if err != nil {
		return "", errors.New("the callback is no URL")
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return "", errors.New("the callback's query cannot be read")
	}
	for _, name := range []string{"state", "code", "iss", "error"} {
		if len(query[name]) > 1 {
			return "", fmt.Errorf("the callback has the parameter %s twice (RFC 6749 §3.1)", name)
		}
	}
	if subtle.ConstantTimeCompare([]byte(query.Get("state")), []byte(a.State)) != 1 {
		return "", errors.New("the state of the callback is not that of the request: it belongs to another login")
	}
	m, err := c.Metadata(ctx)
	if err != nil {
		return "", err
	}
	if iss := query.Get("iss"); query.Has("iss") || m.IssInResponse {
		if err := c.policy.Issuer(c.options.Issuer, iss); err != nil {
			return "", fmt.Errorf("the authorization response: %w", err)
		}
	}
	if query.Has("error") {
		return "", &OAuthError{Endpoint: "authorization endpoint", Code: query.Get("error"), Description: query.Get("error_description")}
	}
	if query.Get("code") == "" {
		return "", errors.New("the callback holds neither a code nor an error")
	}
	return query.Get("code"), nil
}

// followToCallback plays a browser whose user consents to everything: it
// follows redirects, with a cookie jar of its own, until one leads to the
// redirect URI.
func (c *Client) followToCallback(ctx context.Context, place string) (string, error) {
	browser := *c.http
	jar, err := cookiejar.New(nil)
	if err != nil {
		return "", err
	}
	browser.Jar = jar
	for range maxRedirects + 1 {
		if c.isCallback(place) {
			return place, nil
		}
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, place, nil)
		if err != nil {
			return "", err
		}
		response, err := browser.Do(request)
		if err != nil {
			return "", err
		}
		drain(response.Body)
		location := response.Header.Get("Location")
		if location == "" {
			return "", fmt.Errorf("the authorization endpoint answered %d instead of redirecting: it may want a user; give LoginOptions.Follow", response.StatusCode)
		}
		to, err := request.URL.Parse(location)
		if err != nil {
			return "", errors.New("the authorization endpoint redirects to what is no URL")
		}
		place = to.String()
	}
	return "", fmt.Errorf("the authorization endpoint redirected more than %d times", maxRedirects)
}

func (c *Client) isCallback(place string) bool {
	base, _, _ := strings.Cut(place, "?")
	redirect, _, _ := strings.Cut(c.options.RedirectURI, "?")
	return base == redirect
}

// secret returns 256 bits of the client's randomness.
func (c *Client) secret() string {
	var b [32]byte
	if _, err := io.ReadFull(c.options.Random, b[:]); err != nil {
		return dpop.NewID() + dpop.NewID()
	}
	return dpop.EncodeSegment(b[:])
}
