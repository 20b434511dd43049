package client

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// AskNonce sends an empty POST to the nonce endpoint of a credential issuer (OpenID4VCI
// 1.0 §7.1), which takes neither token nor proof. What it brings in DPoP-Nonce is the
// nonce of the next proof for that server (§7.2), and has nothing to do with the c_nonce
// in its body. The caller closes the body of the response.
func (c *Client) AskNonce(ctx context.Context, address string) (*http.Response, error) {
	if err := c.policy.Endpoint("URL of the nonce endpoint", address, ""); err != nil {
		return nil, err
	}
	target, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("the URL of the nonce endpoint: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(""))
	if err != nil {
		return nil, err
	}
	response, err := c.http.Do(request)
	if err != nil {
		return nil, err
	}
	to := Destination{Purpose: ForAPI, Base: address}
	a := &Answer{Destination: to, Status: response.StatusCode, Header: response.Header, response: response}
	a.Nonce, a.NonceUsable = c.policy.ReadNonce(response.Header.Values("DPoP-Nonce"))
	c.policy.StoreNonce(&c.nonces, c.policy.NonceScope(to, target), a)
	return response, nil
}
