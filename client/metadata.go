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

// Metadata is what the client uses of an authorization server's metadata (RFC
// 8414 §2, RFC 9126 §5, RFC 9449 §5.1).
type Metadata struct {
	Issuer                string
	AuthorizationEndpoint string
	TokenEndpoint         string
	PAREndpoint           string
	RegistrationEndpoint  string
	PARRequired           bool
	// IssInResponse says that authorization responses carry iss (RFC 9207).
	IssInResponse bool
	// ProofAlgorithms is dpop_signing_alg_values_supported; nil if absent,
	// empty or not an array of strings.
	ProofAlgorithms []string
	// Aliases are mtls_endpoint_aliases (RFC 8705 §5).
	Aliases map[string]string
}

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
func (c *Client) discover(ctx context.Context) (*Metadata, error) {
	issuer := c.options.Issuer
	if err := c.policy.Endpoint("issuer", issuer, issuer); err != nil {
		return nil, err
	}
	u, err := url.Parse(issuer)
	if err != nil {
		return nil, fmt.Errorf("the issuer %q is no URL: %w", issuer, err)
	}
	path := strings.TrimSuffix(u.EscapedPath(), "/")
	root := u.Scheme + "://" + u.Host
	places := []string{
		root + "/.well-known/oauth-authorization-server" + path,
		root + path + "/.well-known/openid-configuration",
	}
	var failed error
	for _, place := range places {
		object, err := c.getJSON(ctx, place)
		if err == nil {
			return c.readMetadata(object)
		}
		failed = fmt.Errorf("no metadata of the issuer %s: %w", issuer, err)
	}
	return nil, failed
}

// getJSON fetches a JSON object without credentials. Redirects are not
// followed: metadata speak for the host that serves them.
func (c *Client) getJSON(ctx context.Context, place string) (dpop.Object, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, place, nil)
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
		return nil, fmt.Errorf("%s answered %d", place, response.StatusCode)
	}
	object, err := dpop.ParseObject(body)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", place, err)
	}
	return object, nil
}

// readMetadata judges the document before any of it is used. What concerns
// DPoP is read tolerantly where a mistake does no harm: a list that is no list
// says nothing.
func (c *Client) readMetadata(o dpop.Object) (*Metadata, error) {
	m := &Metadata{ProofAlgorithms: stringList(o, "dpop_signing_alg_values_supported"), Aliases: map[string]string{}}
	m.Issuer, _ = o.Text("issuer")
	if err := c.policy.Issuer(c.options.Issuer, m.Issuer); err != nil {
		return nil, err
	}
	for name, into := range map[string]*string{
		"authorization_endpoint":                &m.AuthorizationEndpoint,
		"token_endpoint":                        &m.TokenEndpoint,
		"pushed_authorization_request_endpoint": &m.PAREndpoint,
		"registration_endpoint":                 &m.RegistrationEndpoint,
	} {
		*into, _ = o.Text(name)
	}
	m.PARRequired = isTrue(o, "require_pushed_authorization_requests")
	m.IssInResponse = isTrue(o, "authorization_response_iss_parameter_supported")
	if raw, has := o.Get("mtls_endpoint_aliases"); has {
		if aliases, err := dpop.ParseObject(raw); err == nil {
			for _, alias := range aliases {
				m.Aliases[alias.Name], _ = aliases.Text(alias.Name)
			}
		}
	}
	return m, nil
}

// sameIssuer compares byte for byte (RFC 8414 §3.3).
func sameIssuer(asked, got string) error {
	if asked != got {
		return fmt.Errorf("the metadata are those of issuer %s, not of %s (RFC 8414 §3.3); configure the issuer exactly as its metadata spell it", quote(got), quote(asked))
	}
	return nil
}

// secureEndpoint takes https URLs, and http ones on loopback hosts if the
// issuer, too, is one of these (RFC 9449 §2).
func secureEndpoint(name, endpoint, issuer string) error {
	if endpoint == "" {
		return fmt.Errorf("the authorization server names no %s in its metadata", name)
	}
	u, err := url.Parse(endpoint)
	if err != nil || u.Host == "" || u.User != nil || u.Opaque != "" {
		return fmt.Errorf("the %s %s is no absolute URL without user information", name, quote(endpoint))
	}
	if u.Scheme == "https" || u.Scheme == "http" && loopback(u) && localIssuer(issuer) {
		return nil
	}
	return fmt.Errorf("the %s %s is not an https URL; http is taken only between loopback hosts", name, quote(endpoint))
}

// localIssuer reports whether an issuer, if there is one, is served over plain
// http on loopback.
func localIssuer(issuer string) bool {
	u, err := url.Parse(issuer)
	return issuer == "" || err == nil && u.Scheme == "http" && loopback(u)
}

// endpoint returns where to send a request of the named kind, and the name
// under which the metadata publish it first.
func (c *Client) endpoint(m *Metadata, name string) (use, published string, err error) {
	published = map[string]string{
		"authorization_endpoint":                m.AuthorizationEndpoint,
		"token_endpoint":                        m.TokenEndpoint,
		"pushed_authorization_request_endpoint": m.PAREndpoint,
		"registration_endpoint":                 m.RegistrationEndpoint,
	}[name]
	use = published
	if alias := m.Aliases[name]; c.options.MTLSAliases && alias != "" {
		use = alias
	}
	return use, published, c.policy.Endpoint(name, use, c.options.Issuer)
}
