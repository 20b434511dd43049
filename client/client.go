package client

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"sync"
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
	nonces   Nonces
	warnings []string

	mu      sync.Mutex // guards what follows
	key     *dpop.Key
	keyErr  error // why there is no key
	session session
	cache   map[cacheKey]Token

	acquire   chan struct{} // held while a token is acquired
	discovery struct {
		sync.Mutex
		metadata *Metadata
	}
}

// New checks the options and loads the key pair. Nothing is sent yet. Its
// errors are of type *DPoPError.
func New(o Options) (*Client, error) {
	o = o.withDefaults()
	c := &Client{options: o, policy: o.Policy, logger: o.Logger, cache: map[cacheKey]Token{}, acquire: make(chan struct{}, 1)}
	if c.policy == nil {
		c.policy = HonestPolicy()
	}
	var err error
	if c.settings, err = o.DPoP.resolve(o.Env); err != nil {
		return nil, err
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	if c.key, c.keyErr = loadKey(o, c.policy.AcceptKey); c.keyErr != nil && o.UseDPoP {
		return nil, c.keyErr
	}
	c.http = withoutRedirects(o.HTTP)
	if c.settings.tolerance > AdvisedTolerance {
		c.warn(fmt.Sprintf("the clock tolerance is %v; at most %v is advised, correct the clocks instead", c.settings.tolerance, AdvisedTolerance))
	}
	return c, nil
}

func (o Options) withDefaults() Options {
	if o.Env == nil {
		o.Env = os.LookupEnv
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Sleep == nil {
		o.Sleep = wait
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.HTTP == nil {
		o.HTTP = &http.Client{Timeout: 30 * time.Second}
	}
	if o.Auth == "" {
		o.Auth = None
		if o.ClientSecret != "" {
			o.Auth = ClientSecretPost
		}
	}
	return o
}

// check finds options that contradict each other.
func (o Options) check() error {
	switch o.Auth {
	case None:
	case ClientSecretBasic, ClientSecretPost:
		if o.ClientSecret == "" {
			return failure(ConfigurationError, "Auth is %s but ClientSecret is empty", o.Auth)
		}
	case PrivateKeyJWT:
		if o.AssertionKey == nil {
			return failure(ConfigurationError, "Auth is %s but AssertionKey is not set", o.Auth)
		}
	default:
		return failure(ConfigurationError, "Auth is %q; give none, client_secret_basic, client_secret_post or private_key_jwt", o.Auth)
	}
	return nil
}

// withoutRedirects copies an http.Client for requests whose proofs would be
// wrong at any other place: following is left to the Fetcher.
func withoutRedirects(h *http.Client) *http.Client {
	plain := *h
	plain.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &plain
}

// wait is the default Sleep.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *Client) warn(text string) {
	c.warnings = append(c.warnings, text)
	c.logger.Warn("DPoP: " + text)
}

// Warnings returns what is unwise, though not wrong, in the configuration.
func (c *Client) Warnings() []string { return append([]string(nil), c.warnings...) }

// Thumbprint returns the RFC 7638 thumbprint of the key that new tokens are
// bound to, or the error that explains why there is none.
func (c *Client) Thumbprint() (string, error) {
	key, err := c.proofKey()
	if err != nil {
		return "", err
	}
	return c.policy.Thumbprint(c.policy.Key(KeyRequest{Key: key, Issuer: c.options.Issuer, Attempt: Attempt{Number: 1}}))
}

// proofKey is the configured key pair.
func (c *Client) proofKey() (*dpop.Key, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.key, c.keyErr
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
	c.mu.Lock()
	defer c.mu.Unlock()
	c.key, c.keyErr = key, nil
	for k := range c.cache {
		if k.bound {
			delete(c.cache, k)
		}
	}
	if c.options.Auth == None {
		c.session = session{}
	}
	return nil
}

// Nonces gives access to the nonces that the client has learnt.
func (c *Client) Nonces() *Nonces { return &c.nonces }

// String names the client without its secrets.
func (c *Client) String() string {
	return "client " + c.options.ClientID + " of " + c.options.Issuer
}

// GoString keeps %#v from showing the secrets.
func (c *Client) GoString() string { return c.String() }
