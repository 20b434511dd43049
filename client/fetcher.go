package client

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
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
	Audience string
	Scope    string
	// AccessToken, if set, is called for the token of each request instead of
	// the Client.
	AccessToken func(context.Context, TokenOptions) (string, error)
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

// Init describes a request for Fetch.
type Init struct {
	Method string // default GET
	Header http.Header
	Body   io.Reader
	TokenOptions
}

// Fetcher returns a Fetcher. It fails if DPoP is wanted and there is no usable
// key pair.
func (c *Client) Fetcher(o FetcherOptions) (*Fetcher, error) {
	f := &Fetcher{client: c, options: o, http: c.http, bound: c.options.UseDPoP}
	if o.UseDPoP != nil {
		f.bound = *o.UseDPoP
	}
	if f.bound {
		if _, err := c.proofKey(); err != nil {
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

// Fetch calls the API at a path relative to BaseURL, or at an absolute URL. A
// nil init is a plain GET. The caller closes the body of the response. An
// answer with an error status is no error, unless it shows a failure of DPoP,
// which is a *DPoPError.
func (f *Fetcher) Fetch(ctx context.Context, target string, init *Init) (*http.Response, error) {
	if init == nil {
		init = &Init{}
	}
	u, err := f.resolve(target)
	if err != nil {
		return nil, err
	}
	method := init.Method
	if method == "" {
		method = http.MethodGet
	}
	request, err := http.NewRequestWithContext(ctx, method, u.String(), init.Body)
	if err != nil {
		return nil, err
	}
	if init.Header != nil {
		request.Header = init.Header.Clone()
	}
	return f.Do(request, init.TokenOptions)
}

// Do sends a request object with token and proof. Its URL may be relative to
// BaseURL. Redirects within the API are followed with a new proof each.
func (f *Fetcher) Do(request *http.Request, options ...TokenOptions) (*http.Response, error) {
	if !request.URL.IsAbs() {
		u, err := f.resolve(request.URL.String())
		if err != nil {
			return nil, err
		}
		request = request.Clone(request.Context())
		request.URL, request.Host = u, u.Host
	}
	var o TokenOptions
	for _, given := range options {
		o = given.over(o)
		o.Refresh = o.Refresh || given.Refresh
	}
	return f.follow(request, o)
}

// resolve appends a relative path to BaseURL with exactly one slash between
// them, so that a path in BaseURL stays; an absolute URL is used as it is.
func (f *Fetcher) resolve(target string) (*url.URL, error) {
	if scheme, _, found := strings.Cut(target, "://"); found && !strings.ContainsAny(scheme, "/?#") {
		return absolute(target)
	}
	if f.options.BaseURL == "" {
		return nil, fmt.Errorf("the path %s is relative and the Fetcher has no BaseURL; set it, or give an absolute URL", quote(target))
	}
	base := strings.TrimRight(f.options.BaseURL, "/")
	if target == "" || target[0] == '?' || target[0] == '#' {
		return absolute(base + target)
	}
	return absolute(base + "/" + strings.TrimLeft(target, "/"))
}

// ownAPI is the honest rule for where a token may go: to the origin of its
// Fetcher's BaseURL or one of its Origins, and anywhere if there is neither.
func ownAPI(target *url.URL, base string, origins []string) error {
	allowed := slices.Clone(origins)
	if base != "" {
		allowed = append(allowed, base)
	}
	for _, place := range allowed {
		if u, err := url.Parse(place); err == nil && origin(u) == origin(target) {
			return nil
		}
	}
	if len(allowed) == 0 {
		return nil
	}
	return failure(AudienceMismatch, "%s: %s is not the API of this Fetcher (%s), the token is not sent there; use the Fetcher of that API, or list the origin in Origins", audienceMismatchWords, origin(target), strings.Join(allowed, ", "))
}

// token returns the token of a request: the caller's own, or the Client's.
func (f *Fetcher) token(ctx context.Context, o TokenOptions) (Token, error) {
	o = o.over(TokenOptions{Audience: f.options.Audience, Scope: f.options.Scope, UseDPoP: &f.bound})
	if f.options.AccessToken == nil {
		return f.client.Token(ctx, o)
	}
	text, err := f.options.AccessToken(ctx, o)
	if err != nil {
		return Token{}, err
	}
	if !dpop.IsToken68(text) {
		return Token{}, fmt.Errorf("AccessToken returned what cannot be sent in a field: it is not a token68 (RFC 9449 §7.1)")
	}
	t := Token{AccessToken: text, Audience: o.Audience, Scheme: "Bearer"}
	if *o.UseDPoP {
		t.Scheme = dpop.Scheme
		t.key, err = f.client.proofKey()
	} else if boundJWT(text) {
		err = failure(TokenTypeUnexpected, "AccessToken returned a bound token (cnf.jkt) though DPoP is off for this Fetcher; it is not sent as a Bearer token. Set UseDPoP")
	}
	return t, err
}
