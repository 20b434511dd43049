package target

import (
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

type authorizationServer struct {
	Issuer         string             `yaml:"issuer"`
	Hosts          []string           `yaml:"hosts"`
	Command        []string           `yaml:"command"`
	Env            map[string]string  `yaml:"env"`
	Clients        []registeredClient `yaml:"clients"`
	DeviceApproval string             `yaml:"device_approval"`
}

// registeredClient is one entry of clients.
type registeredClient struct {
	ID                string              `yaml:"id"`
	Secret            string              `yaml:"secret"`
	Auth              string              `yaml:"auth"`
	Grants            []string            `yaml:"grants"`
	RedirectURI       string              `yaml:"redirect_uri"`
	Scope             string              `yaml:"scope"`
	Bound             bool                `yaml:"dpop_bound_access_tokens"`
	CertificateBound  bool                `yaml:"tls_client_certificate_bound_access_tokens"`
	Key               *keySection         `yaml:"key"`
	AssertionAudience string              `yaml:"assertion_audience"`
	Certificate       *certificateSection `yaml:"certificate"`
	RefreshToken      string              `yaml:"refresh_token"`
	Login             string              `yaml:"login"`
	LoginTimeout      string              `yaml:"login_timeout"`

	line int
}

// UnmarshalYAML keeps the line, so that a mistake can be told where it is.
func (c *registeredClient) UnmarshalYAML(node *yaml.Node) error {
	type plain registeredClient
	err := node.Decode((*plain)(c))
	c.line = node.Line
	return err
}

type apiSection struct {
	URL      string            `yaml:"url"`
	Audience string            `yaml:"audience"`
	Scope    string            `yaml:"scope"`
	TokenTyp string            `yaml:"token_typ"`
	Probe    string            `yaml:"probe"`
	OpenAPI  string            `yaml:"openapi"`
	Replicas []string          `yaml:"replicas"`
	Command  []string          `yaml:"command"`
	Env      map[string]string `yaml:"env"`
}

func (as *authorizationServer) apply(t *Target, line int) error {
	switch {
	case as.Issuer == "" && len(as.Command) == 0:
		return &ConfigError{t.File, line, "authorization_server needs issuer, the URL of its metadata without /.well-known/…, or command, a program that starts it"}
	case as.Issuer != "":
		if err := webURL(as.Issuer); err != nil {
			return &ConfigError{t.File, line, "authorization_server.issuer: " + err.Error()}
		}
	}
	server := &RealAuthorizationServer{Issuer: as.Issuer, Hosts: as.Hosts, Command: t.command(as.Command, as.Env), DeviceApproval: as.DeviceApproval}
	for _, entry := range as.Clients {
		client, err := entry.read(t)
		if err != nil {
			return &ConfigError{t.File, entry.line, fmt.Sprintf("client %s: %v", entry.ID, err)}
		}
		server.Clients = append(server.Clients, client)
	}
	t.AuthorizationServer = server
	return nil
}

// authMethods are the ways of client authentication (RFC 6749 §2.3, RFC 7523
// §2.2, RFC 8705 §2), and what each needs.
var authMethods = []struct {
	name, needs string
	has         func(*registeredClient) bool
}{
	{"none", "", func(*registeredClient) bool { return true }},
	{"client_secret_basic", "secret", func(c *registeredClient) bool { return c.Secret != "" }},
	{"client_secret_post", "secret", func(c *registeredClient) bool { return c.Secret != "" }},
	{"private_key_jwt", "key, its private key as PEM or JWK: a file, or ${VARIABLE}", func(c *registeredClient) bool { return c.Key != nil }},
	{"tls_client_auth", "certificate: {file: …, key: …}", (*registeredClient).hasCertificate},
	{"self_signed_tls_client_auth", "certificate: {file: …, key: …}", (*registeredClient).hasCertificate},
}

func (c *registeredClient) hasCertificate() bool { return c.Certificate != nil }

func (c *registeredClient) checkAuth() error {
	if c.Auth == "" {
		c.Auth = c.likelyAuth()
	}
	var names []string
	for _, m := range authMethods {
		if m.name == c.Auth {
			if !m.has(c) {
				return fmt.Errorf("auth %s needs %s", c.Auth, m.needs)
			}
			return nil
		}
		names = append(names, m.name)
	}
	return fmt.Errorf("auth %q is not one of %s", c.Auth, strings.Join(names, ", "))
}

// likelyAuth is the method that what the client has is good for.
func (c *registeredClient) likelyAuth() string {
	switch {
	case c.Secret != "":
		return "client_secret_basic"
	case c.Key != nil:
		return "private_key_jwt"
	case c.Certificate != nil:
		return "tls_client_auth"
	}
	return "none"
}

func (c *registeredClient) read(t *Target) (client RegisteredClient, err error) {
	if c.ID == "" {
		return client, fmt.Errorf("it has no id; write {id: …, secret: …, auth: client_secret_post, grants: [client_credentials]}")
	}
	if err := c.checkAuth(); err != nil {
		return client, err
	}
	client = RegisteredClient{
		ID: c.ID, Secret: c.Secret, Auth: c.Auth, Grants: c.Grants, RedirectURI: c.RedirectURI,
		Scope: c.Scope, Bound: c.Bound, CertificateBound: c.CertificateBound, AssertionAudience: c.AssertionAudience,
	}
	if c.CertificateBound && !c.hasCertificate() {
		return client, fmt.Errorf("tls_client_certificate_bound_access_tokens needs the certificate that its tokens are bound to: certificate: {file: …, key: …}")
	}
	if client.Grants == nil {
		client.Grants = []string{c.likelyGrant()}
	}
	if slices.Contains(client.Grants, "authorization_code") && client.RedirectURI == "" {
		return client, fmt.Errorf("the grant authorization_code needs redirect_uri, one that is registered for the client")
	}
	if err := c.readLogin(&client); err != nil {
		return client, err
	}
	for _, secret := range []string{c.Secret, c.RefreshToken} {
		if secret != "" {
			t.Secrets = append(t.Secrets, secret)
		}
	}
	if c.Key != nil {
		client.KeyID = c.Key.ID
		if client.Key, err = t.key(*c.Key); err != nil {
			return client, err
		}
	}
	if c.Certificate != nil {
		client.Certificate, err = t.certificate(*c.Certificate)
	}
	return client, err
}

func (d *document) apis(t *Target) error {
	if d.APIs.Kind == 0 {
		return nil
	}
	if d.APIs.Kind != yaml.MappingNode {
		return &ConfigError{t.File, d.APIs.Line, "apis maps names to APIs: apis: {orders: {url: …, audience: …, probe: GET /orders}}"}
	}
	for i := 0; i < len(d.APIs.Content); i += 2 {
		name, node := d.APIs.Content[i], d.APIs.Content[i+1]
		var section apiSection
		if err := strictly(node, &section, t.File); err != nil {
			return err
		}
		api, err := section.read(t, name.Value)
		if err != nil {
			return &ConfigError{t.File, name.Line, fmt.Sprintf("the API %s: %v", name.Value, err)}
		}
		t.APIs = append(t.APIs, api)
	}
	return nil
}

func (a apiSection) read(t *Target, name string) (RealAPI, error) {
	if slices.ContainsFunc(t.APIs, func(other RealAPI) bool { return other.Name == name }) {
		return RealAPI{}, fmt.Errorf("there are two of that name")
	}
	if a.URL == "" && len(a.Command) == 0 {
		return RealAPI{}, fmt.Errorf("it needs url, or command, a program that starts it")
	}
	if a.URL != "" {
		if err := webURL(a.URL); err != nil {
			return RealAPI{}, fmt.Errorf("url: %w", err)
		}
	}
	for i, replica := range a.Replicas {
		if err := webURL(replica); err != nil {
			return RealAPI{}, fmt.Errorf("replicas: %w", err)
		}
		a.Replicas[i] = strings.TrimSuffix(replica, "/")
	}
	if a.Probe == "" {
		a.Probe = "GET /"
	}
	method, path, found := strings.Cut(a.Probe, " ")
	if !found || !strings.HasPrefix(path, "/") {
		return RealAPI{}, fmt.Errorf("probe %q is not a method and a path, such as GET /orders", a.Probe)
	}
	return RealAPI{
		Name: name, URL: strings.TrimSuffix(a.URL, "/"), Audience: a.Audience, Scope: a.Scope, TokenTyp: a.TokenTyp,
		Method: method, Path: path, Command: t.command(a.Command, a.Env), OpenAPI: t.beside(a.OpenAPI),
		Replicas: a.Replicas,
	}, nil
}
