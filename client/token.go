package client

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"net/url"
	"slices"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

// Token is an access token with what the authorization server says of it (RFC
// 6749 §5.1). It does not show its secrets when it is printed or logged.
type Token struct {
	AccessToken  string
	Type         string // token_type as it came
	Scheme       string // DPoP or Bearer
	Scope        string
	Audience     string    // the audience that was asked for
	Expires      time.Time // zero if the server does not say
	IDToken      string
	RefreshToken string
	key          *dpop.Key // the key that the token is bound to
}

// String names the token without showing it.
func (t Token) String() string {
	return t.Scheme + " token for " + quote(t.Audience) + " with scope " + quote(t.Scope)
}

// GoString keeps %#v from showing the token.
func (t Token) GoString() string { return t.String() }

// LogValue implements slog.LogValuer.
func (t Token) LogValue() slog.Value { return slog.StringValue(t.String()) }

// session is what a login leaves behind.
type session struct {
	active       bool // a user logged in
	refreshToken string
	key          *dpop.Key    // the key that a public client's refresh token is bound to
	defaults     TokenOptions // scope and audience of the login
}

type cacheKey struct {
	audience, scope string
	bound           bool
}

// earlier is how long before its expiry a token is no longer used, so that it
// does not expire on its way.
const earlier = 10 * time.Second

// Token returns an access token: one at hand, if it is good and no refresh is
// asked for, else a new one, by the refresh token of a login or, without a
// login, by client credentials. One refresh token serves every audience that
// the authorization server's policy allows.
func (c *Client) Token(ctx context.Context, o TokenOptions) (Token, error) {
	asked := o.Scope != ""
	o = c.settle(o)
	k := cacheKey{o.Audience, o.Scope, *o.UseDPoP}
	if t, good := c.cached(k); good && !o.Refresh {
		return t, nil
	}
	// One at a time: two refreshes with one rotating refresh token would look
	// like theft to the server.
	select {
	case c.acquire <- struct{}{}:
		defer func() { <-c.acquire }()
	case <-ctx.Done():
		return Token{}, ctx.Err()
	}
	if t, good := c.cached(k); good && !o.Refresh {
		return t, nil
	}
	t, err := c.newToken(ctx, o, asked)
	if err != nil {
		c.keepRefresh(k, t) // the one before may be spent
		return Token{}, err
	}
	c.keep(k, t)
	return t, nil
}

// settle fills in what the options leave open: from the login of the session,
// then from the Client.
func (c *Client) settle(o TokenOptions) TokenOptions {
	c.mu.Lock()
	defer c.mu.Unlock()
	if login := c.session.defaults; o.Audience == "" || o.Audience == login.Audience {
		o = o.over(login) // the scope of a login says nothing of other APIs
	}
	return o.over(TokenOptions{Audience: c.options.Audience, Scope: c.options.Scope, UseDPoP: &c.options.UseDPoP})
}

// newToken asks for a token. scopeAsked says that this call names the scope.
func (c *Client) newToken(ctx context.Context, o TokenOptions, scopeAsked bool) (Token, error) {
	c.mu.Lock()
	s := c.session
	c.mu.Unlock()
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
		return Token{}, errors.New("the session has no refresh token and its access token is used up; call Login again, with the scope offline_access if the server wants it")
	case c.options.Auth != None:
		form.Set("grant_type", "client_credentials")
	default:
		return Token{}, errors.New("there is no session to take a token from; call Login first, or give the client a secret or a key for client credentials")
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

// describe says in a request for a token which one is wanted.
func (c *Client) describe(form url.Values, o TokenOptions) {
	if o.Scope != "" {
		form.Set("scope", o.Scope)
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

// SetRefreshToken starts a session with a refresh token that was got before,
// bound to the client's present key if the client is public.
func (c *Client) SetRefreshToken(refreshToken string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.session = session{active: true, refreshToken: refreshToken, defaults: TokenOptions{Audience: c.options.Audience, Scope: c.options.Scope}}
	if c.options.Auth == None {
		c.session.key = c.key
	}
	clear(c.cache)
}

func (c *Client) cached(k cacheKey) (Token, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	t, has := c.cache[k]
	if !has {
		return Token{}, false
	}
	return t, t.Expires.IsZero() || c.now().Add(earlier).Before(t.Expires)
}

// keep stores a token, and the refresh token that came with it. A token whose
// key has been rotated away meanwhile serves its caller alone.
func (c *Client) keep(k cacheKey, t Token) {
	c.keepRefresh(k, t)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.current(k, t) {
		c.cache[k] = t
	}
}

// keepRefresh stores the refresh token alone. That of a public client is bound,
// and of no use any more once its key is gone.
func (c *Client) keepRefresh(k cacheKey, t Token) {
	c.mu.Lock()
	defer c.mu.Unlock()
	public := c.options.Auth == None
	if t.RefreshToken == "" || public && !c.current(k, t) {
		return
	}
	c.session.refreshToken = t.RefreshToken
	if public && k.bound {
		c.session.key = t.key
	}
}

// current reports whether a token is bound to no key, or to one in use.
func (c *Client) current(k cacheKey, t Token) bool {
	return !k.bound || t.key == c.key || t.key == c.session.key
}

// tokenAudience compares the aud of a JWT access token with the audience that
// was asked for, exactly. Of a token that is no JWT nothing is known.
func tokenAudience(asked, token string) error {
	audiences, known := Audiences(token)
	if asked == "" || !known || slices.Contains(audiences, asked) {
		return nil
	}
	return failure(AudienceMismatch, "%s: the token is for %q, not for %q; check the audience and the policies of the refresh token", audienceMismatchWords, audiences, asked)
}
