package client

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"

	"github.com/dpopspec/dpopspec/dpop"
)

// Registration is what the authorization server says of a new client.
type Registration struct {
	ClientID     string // client_id
	ClientSecret string // empty if there is none
	Bound        bool   // dpop_bound_access_tokens as registered
}

// String names the client without its secret.
func (r Registration) String() string { return "registered client " + quote(r.ClientID) }

// GoString keeps %#v from showing the secret.
func (r Registration) GoString() string { return r.String() }

// Register registers a client (RFC 7591) with the given metadata. A Client
// that uses DPoP always says so (RFC 9449 §5.2): dpop_bound_access_tokens is
// true whatever the metadata hold.
func (c *Client) Register(ctx context.Context, metadata map[string]any) (Registration, error) {
	m, err := c.Metadata(ctx)
	if err != nil {
		return Registration{}, err
	}
	endpoint, _, err := c.endpoint(m, registrationEndpoint)
	if err != nil {
		return Registration{}, err
	}
	body, err := json.Marshal(c.RegistrationMetadata(metadata))
	if err != nil {
		return Registration{}, fmt.Errorf("the client metadata: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, bytes.NewReader(body))
	if err != nil {
		return Registration{}, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json")
	response, err := c.http.Do(request)
	if err != nil {
		return Registration{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, maxJSON))
	if err != nil {
		return Registration{}, err
	}
	answer, err := dpop.ParseObject(text)
	if response.StatusCode != http.StatusCreated && response.StatusCode != http.StatusOK {
		return Registration{}, oauthError("registration endpoint", response.StatusCode, answer)
	}
	if err != nil {
		return Registration{}, fmt.Errorf("the answer of the registration endpoint: %w", err)
	}
	return readRegistration(answer)
}

// RegistrationMetadata returns the client metadata to register or to publish
// under a client_id that is a URL.
func (c *Client) RegistrationMetadata(metadata map[string]any) map[string]any {
	filled := map[string]any{"token_endpoint_auth_method": string(c.options.Auth)}
	if c.options.RedirectURI != "" {
		filled["redirect_uris"] = []string{c.options.RedirectURI}
	}
	if c.options.Auth == PrivateKeyJWT {
		filled["jwks"] = map[string]any{"keys": []dpop.Object{c.options.AssertionKey.JWK()}}
	}
	maps.Copy(filled, metadata)
	if c.options.UseDPoP {
		filled["dpop_bound_access_tokens"] = true
	}
	return filled
}

// readRegistration takes what a client needs of the answer (RFC 7591 §3.2.1).
func readRegistration(answer dpop.Object) (Registration, error) {
	id, err := answer.Text("client_id")
	if err != nil {
		return Registration{}, fmt.Errorf("the answer of the registration endpoint: %w", err)
	}
	secret, _ := answer.Text("client_secret")
	return Registration{ClientID: id, ClientSecret: secret, Bound: isTrue(answer, "dpop_bound_access_tokens")}, nil
}
