package client

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
)

// Logout ends the session of a login: its tokens are used no more, and the refresh
// token is revoked where the server has an endpoint for that (RFC 7009). The session
// is over even if that fails.
func (c *Client) Logout(ctx context.Context) error {
	refreshToken := c.policy.Logout(c.store.end)
	if refreshToken == "" {
		return nil
	}
	m, err := c.Metadata(ctx)
	if err != nil {
		return err
	}
	if m.RevocationEndpoint == "" {
		return nil
	}
	endpoint, _, err := c.endpoint(m, revocationEndpoint)
	if err != nil {
		return err
	}
	request, err := c.formRequest(ctx, endpoint, url.Values{
		"token": {refreshToken}, "token_type_hint": {"refresh_token"},
	})
	if err != nil {
		return err
	}
	response, err := c.http.Do(request)
	if err != nil {
		return masked(err)
	}
	drain(response.Body)
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the revocation endpoint answered %d", response.StatusCode)
	}
	return nil
}
