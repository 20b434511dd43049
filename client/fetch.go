package client

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// Init describes a request for Fetch.
type Init struct {
	Method string      // default GET
	Header http.Header // its field lines; the client adds token and proof
	Body   io.Reader   // nil: none
	TokenOptions
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
	k, err := f.prepare(request, o)
	if err != nil {
		return nil, err
	}
	return f.follow(k)
}

// resolve appends a relative path to BaseURL with exactly one slash between
// them, so that a path in BaseURL stays; an absolute URL is used as it is.
func (f *Fetcher) resolve(target string) (*url.URL, error) {
	if scheme, _, found := strings.Cut(target, "://"); found && !strings.ContainsAny(scheme, "/?#") {
		return absolute(target)
	}
	if f.options.BaseURL == "" {
		return nil, fmt.Errorf("the path %s is relative and the Fetcher has no BaseURL; "+
			"set it, or give an absolute URL", quote(target))
	}
	base := strings.TrimRight(f.options.BaseURL, "/")
	if target == "" || target[0] == '?' || target[0] == '#' {
		return absolute(base + target)
	}
	return absolute(base + "/" + strings.TrimLeft(target, "/"))
}
