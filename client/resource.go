package client

import (
	"context"
	"fmt"
	"net/url"
	"strings"
)

// obeyResource reads the API's metadata (RFC 9728 §3) once and returns the
// proof algorithms that it takes. An API that wants bound tokens only gets no
// other (dpop_bound_access_tokens_required).
func (f *Fetcher) obeyResource(ctx context.Context) ([]string, error) {
	if !f.options.ProtectedResource {
		return nil, nil
	}
	f.resource.Lock()
	defer f.resource.Unlock()
	if f.resource.known {
		return f.resource.offered, nil
	}
	address, err := resourceMetadataURL(f.options.BaseURL)
	if err != nil {
		return nil, err
	}
	object, err := f.client.getJSON(ctx, address)
	if err != nil {
		return nil, fmt.Errorf("no metadata of the API: %w", err)
	}
	resource, _ := object.Text("resource")
	if err := f.client.policy.Resource(f.options.BaseURL, resource); err != nil {
		return nil, fmt.Errorf("the metadata at %s: %w", address, err)
	}
	if err := f.client.findIssuer(stringList(object, "authorization_servers")); err != nil {
		return nil, err
	}
	if isTrue(object, "dpop_bound_access_tokens_required") && !f.bound {
		return nil, failure(BoundTokenRequired,
			"the API takes bound access tokens only (RFC 9728, dpop_bound_access_tokens_required); "+
				"switch UseDPoP on for this Fetcher")
	}
	f.resource.offered = stringList(object, "dpop_signing_alg_values_supported")
	f.resource.known = true
	return f.resource.offered, nil
}

// resourceMetadataURL inserts the well-known path (RFC 9728 §3.1).
func resourceMetadataURL(base string) (string, error) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" {
		return "", failure(ConfigurationError, "ProtectedResource needs a BaseURL")
	}
	path := strings.TrimSuffix(u.EscapedPath(), "/")
	return u.Scheme + "://" + u.Host + "/.well-known/oauth-protected-resource" + path, nil
}

// findIssuer takes the first authorization server that an API names, where the
// options name none (RFC 9728 §2).
func (c *Client) findIssuer(named []string) error {
	switch {
	case c.issuer() != "":
		return nil
	case len(named) == 0:
		return failure(ConfigurationError, "the metadata of the API name no authorization server, and Issuer is not set")
	}
	c.found.CompareAndSwap(nil, &named[0])
	return nil
}
