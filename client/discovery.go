package client

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
)

// Metadata returns the authorization server's metadata, fetched once.
func (c *Client) Metadata(ctx context.Context) (*Metadata, error) {
	if c.options.Metadata != nil {
		return c.options.Metadata, nil
	}
	c.discovery.Lock()
	defer c.discovery.Unlock()
	if c.discovery.metadata != nil {
		return c.discovery.metadata, nil
	}
	m, err := c.discover(ctx)
	if err != nil {
		return nil, err
	}
	c.discovery.metadata = m
	return m, nil
}

// discover tries the well-known URIs of RFC 8414 §3.1 and of OpenID Connect.
// Nothing of a document is used before its issuer is judged.
func (c *Client) discover(ctx context.Context) (*Metadata, error) {
	issuer := c.issuer()
	if err := c.policy.Endpoint("issuer", issuer, issuer); err != nil {
		return nil, err
	}
	u, err := url.Parse(issuer)
	if err != nil {
		return nil, fmt.Errorf("the issuer %q is no URL: %w", issuer, err)
	}
	path := strings.TrimSuffix(u.EscapedPath(), "/")
	root := u.Scheme + "://" + u.Host
	var failed error
	for _, address := range []string{
		root + "/.well-known/oauth-authorization-server" + path,
		root + path + "/.well-known/openid-configuration",
	} {
		object, err := c.getJSON(ctx, address)
		if err != nil {
			failed = fmt.Errorf("no metadata of the issuer %s: %w", issuer, err)
			continue
		}
		m := readMetadata(object)
		if err := c.policy.Issuer(issuer, m.Issuer); err != nil {
			return nil, err
		}
		return m, nil
	}
	return nil, failed
}

// getJSON fetches a JSON object without credentials. Redirects are not
// followed: metadata speak for the host that serves them.
func (c *Client) getJSON(ctx context.Context, address string) (dpop.Object, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "application/json")
	if c.options.UserAgent != "" {
		request.Header.Set("User-Agent", c.options.UserAgent)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxJSON))
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answered %d", address, response.StatusCode)
	}
	object, err := dpop.ParseObject(body)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", address, err)
	}
	return object, nil
}

// endpoint returns where to send a request of the named kind, and the endpoint
// that the metadata publish first under that name.
func (c *Client) endpoint(m *Metadata, name string) (use, published string, err error) {
	published = *m.endpoints()[name]
	use = published
	if alias := m.Aliases[name]; c.options.MTLSAliases && alias != "" {
		use = alias
	}
	return use, published, c.policy.Endpoint(name, use, c.issuer())
}
