package client

import (
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

// Client gets tokens from one authorization server, for one user or for
// itself, and makes Fetchers that call APIs with them.
type Client struct {
	options  Options
	settings settings
	policy   *Policy
	logger   *slog.Logger
	http     *http.Client
	warnings []string

	store   store
	nonces  Nonces
	acquire chan struct{} // held while a token is acquired

	found     atomic.Pointer[string] // issuer that the metadata of an API name, where the options name none
	discovery struct {
		sync.Mutex
		metadata *Metadata
	}
}

// New checks the options and loads the key pair. Nothing is sent yet. Its
// errors are of type *DPoPError.
func New(o Options) (*Client, error) {
	o = o.withDefaults()
	s, err := o.DPoP.resolve(o.Env)
	if err != nil {
		return nil, err
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	key, keyErr := loadKey(o, o.Policy.AcceptKey)
	if keyErr != nil {
		keyErr = o.Policy.KeyFailure(keyErr)
	}
	if keyErr != nil && o.UseDPoP {
		return nil, keyErr
	}
	c := &Client{
		options: o, settings: s, policy: o.Policy, logger: o.Logger, http: withoutRedirects(o.HTTP),
		store: store{
			public: o.Auth == None, next: o.Policy.RefreshToken, key: key, keyErr: keyErr, tokens: map[slot]Token{},
		},
		acquire: make(chan struct{}, max(1, o.Policy.MaxAcquisitions)),
	}
	if s.tolerance > AdvisedTolerance {
		c.warn(fmt.Sprintf("the clock tolerance is %v; at most %v is advised, correct the clocks instead",
			s.tolerance, AdvisedTolerance))
	}
	return c, nil
}

// withoutRedirects copies an http.Client for requests whose proofs would be
// wrong at any other place: following is left to the Fetcher.
func withoutRedirects(h *http.Client) *http.Client {
	plain := *h
	plain.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &plain
}

// warn says once what the caller should know of the configuration.
func (c *Client) warn(text string) {
	c.warnings = append(c.warnings, text)
	c.logger.Warn("DPoP: " + text)
}

// Warnings returns what is unwise, though not wrong, in the configuration.
func (c *Client) Warnings() []string { return append([]string(nil), c.warnings...) }

// Nonces gives access to the nonces that the client has learnt.
func (c *Client) Nonces() *Nonces { return &c.nonces }

// Thumbprint returns the RFC 7638 thumbprint of the key that new tokens are
// bound to, or the error that explains why there is none.
func (c *Client) Thumbprint() (string, error) {
	key, err := c.store.keyPair()
	if err != nil {
		return "", err
	}
	return c.jkt(key)
}

// jkt is the dpop_jkt of a key pair (RFC 9449 §10).
func (c *Client) jkt(key *dpop.Key) (string, error) {
	first := KeyRequest{Key: key, Issuer: c.issuer(), Attempt: Attempt{Number: 1}}
	return c.policy.Thumbprint(c.policy.Key(first))
}

// Rotate binds new tokens to another key pair and forgets the tokens that are
// bound to the old one. The refresh token of a public client is bound too (RFC
// 9449 §5), so the session of a public client ends: log in again.
func (c *Client) Rotate(key *dpop.Key) error {
	if key == nil {
		return failure(ConfigurationError, "Rotate needs a key pair")
	}
	if err := c.policy.AcceptKey(key); err != nil {
		return err
	}
	c.store.rotate(key)
	return nil
}

// SetRefreshToken starts a session with a refresh token that was got before,
// bound to the client's present key if the client is public.
func (c *Client) SetRefreshToken(refreshToken string) {
	c.store.resume(refreshToken, TokenOptions{Audience: c.options.Audience, Scope: c.options.Scope})
}

// issuer is that of the options, or the one that an API named where these have none.
func (c *Client) issuer() string {
	if found := c.found.Load(); found != nil {
		return *found
	}
	return c.options.Issuer
}

// now is the client's idea of the time: its clock plus the configured skew.
func (c *Client) now() time.Time { return c.options.Clock().Add(c.settings.skew) }

// String names the client without its secrets.
func (c *Client) String() string {
	return "client " + c.options.ClientID + " of " + c.issuer()
}

// GoString keeps %#v from showing the secrets.
func (c *Client) GoString() string { return c.String() }
