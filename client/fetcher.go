package client

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"github.com/dpopspec/dpopspec/dpop"
)

// FetcherOptions configure a Fetcher. What they leave open is inherited from
// the Client.
type FetcherOptions struct {
	// BaseURL is what relative paths are appended to. Its origin is the only
	// one that the token is sent to, beside Origins.
	BaseURL string
	// Origins are further origins that the token may be sent to.
	Origins []string
	// UseDPoP overrides the Client's setting; nil inherits it.
	UseDPoP *bool
	// Audience and Scope of the tokens.
	Audience, Scope string
	// AccessToken, if set, is called for the token of each request instead of
	// the Client.
	AccessToken func(context.Context, TokenOptions) (string, error)
	// Request is the one that the application is serving, if it is serving one. Nothing
	// of it goes to the API.
	Request *http.Request
	// Transport, if set, sends each request, complete with authorization and
	// proof, and its answer is used.
	Transport http.RoundTripper
	// ProtectedResource reads the API's metadata (RFC 9728) before the first
	// request and obeys what they say about DPoP.
	ProtectedResource bool
}

// Fetcher calls one API with tokens for it.
type Fetcher struct {
	client  *Client
	options FetcherOptions
	http    *http.Client
	bound   bool

	resource struct {
		sync.Mutex
		known   bool
		offered []string
	}
}

// Fetcher returns a Fetcher. It fails if DPoP is wanted and there is no usable
// key pair.
func (c *Client) Fetcher(o FetcherOptions) (*Fetcher, error) {
	f := &Fetcher{client: c, options: o, http: c.http, bound: c.policy.Binds(c.options.UseDPoP, o.UseDPoP)}
	if f.bound {
		if _, err := c.store.keyPair(); err != nil {
			return nil, err
		}
	}
	if o.BaseURL != "" {
		if _, err := absolute(o.BaseURL); err != nil {
			return nil, failure(ConfigurationError, "BaseURL: %v", err)
		}
	}
	for _, text := range o.Origins {
		if _, err := absolute(text); err != nil {
			return nil, failure(ConfigurationError, "Origins: %v", err)
		}
	}
	if o.Transport != nil {
		own := *c.http
		own.Transport = o.Transport
		f.http = &own
	}
	return f, nil
}

// token returns the token of a request: the caller's own, or the Client's.
func (f *Fetcher) token(ctx context.Context, o TokenOptions) (Token, error) {
	o = o.over(TokenOptions{Audience: f.options.Audience, Scope: f.options.Scope, UseDPoP: &f.bound})
	if f.options.AccessToken == nil {
		t, err := f.client.Token(ctx, o)
		t.AccessToken = f.client.policy.Presented(f.client.options.IDTokens, t)
		return t, err
	}
	text, err := f.options.AccessToken(ctx, f.client.policy.Handed(o))
	if err != nil {
		return Token{}, err
	}
	if !dpop.IsToken68(text) {
		return Token{}, errors.New("AccessToken returned what cannot be sent in a field: " +
			"it is not a token68 (RFC 9449 §7.1)")
	}
	t := Token{AccessToken: text, Audience: o.Audience, Scheme: "Bearer"}
	if *o.UseDPoP {
		t.Scheme = dpop.Scheme
		t.key, err = f.client.store.keyPair()
	} else if boundJWT(text) {
		err = failure(TokenTypeUnexpected, "AccessToken returned a bound token (cnf.jkt) "+
			"though DPoP is off for this Fetcher; it is not sent as a Bearer token. Set UseDPoP")
	}
	return t, err
}
