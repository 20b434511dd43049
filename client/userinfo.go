package client

import (
	"context"
	"net/http"
)

// Userinfo calls the userinfo endpoint (OpenID Connect Core 1.0 §5.3) with the token
// of the login, which is bound if DPoP is switched on: it is a protected resource as
// any other (RFC 9449 §7). The caller closes the body of the response.
func (c *Client) Userinfo(ctx context.Context) (*http.Response, error) {
	m, err := c.Metadata(ctx)
	if err != nil {
		return nil, err
	}
	endpoint, _, err := c.endpoint(m, userinfoEndpoint)
	if err != nil {
		return nil, err
	}
	f, err := c.Fetcher(FetcherOptions{BaseURL: endpoint})
	if err != nil {
		return nil, err
	}
	return f.Fetch(ctx, endpoint, nil)
}
