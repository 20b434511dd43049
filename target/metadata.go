package target

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// Metadata is what an authorization server says of itself (RFC 8414 §2, OpenID
// Connect Discovery).
type Metadata struct {
	Issuer        string
	Token         string // endpoint URLs; empty if there is none
	PAR           string
	Authorization string
	Userinfo      string
	Introspection string
	Revocation    string
	Registration  string
	Device        string
	JWKS          string
	Algorithms    []string // dpop_signing_alg_values_supported, RFC 9449 §5.1
	Grants        []string
	Document      dpop.Object
	Source        string // URL it was read from
}

// discover reads the metadata, first where RFC 8414 §3 puts it, then where
// OpenID Connect does.
func discover(ctx context.Context, client *wire.Client, issuer string) (*Metadata, error) {
	var problems []error
	for _, url := range MetadataURLs(issuer) {
		m, err := readMetadata(ctx, client, url)
		if err == nil && strings.TrimSuffix(m.Issuer, "/") != strings.TrimSuffix(issuer, "/") {
			err = fmt.Errorf("%s names the issuer %q, not %q (RFC 8414 §3.3)", url, m.Issuer, issuer)
		}
		if err == nil {
			m.addUserinfo(ctx, client)
			return m, nil
		}
		problems = append(problems, err)
	}
	return nil, fmt.Errorf("no usable metadata: %w; is the issuer right and reachable?", errors.Join(problems...))
}

// addUserinfo looks for the userinfo endpoint in the metadata of OpenID Connect:
// RFC 8414 §2 does not define it, and servers that publish both documents leave
// it out of theirs by RFC 8414.
func (m *Metadata) addUserinfo(ctx context.Context, client *wire.Client) {
	urls := MetadataURLs(m.Issuer)
	other := urls[len(urls)-1]
	if m.Userinfo != "" || m.Source == other {
		return
	}
	if openID, err := readMetadata(ctx, client, other); err == nil && openID.Issuer == m.Issuer {
		m.Userinfo = openID.Userinfo
	}
}

// MetadataURLs returns where the metadata of an issuer may lie: RFC 8414 puts
// the well-known part before the issuer's path, OpenID Connect behind it.
func MetadataURLs(issuer string) []string {
	issuer = strings.TrimSuffix(issuer, "/")
	scheme, rest, _ := strings.Cut(issuer, "://")
	host, path, _ := strings.Cut(rest, "/")
	if path != "" {
		path = "/" + path
	}
	return []string{
		scheme + "://" + host + "/.well-known/oauth-authorization-server" + path,
		issuer + "/.well-known/openid-configuration",
	}
}

func readMetadata(ctx context.Context, client *wire.Client, url string) (*Metadata, error) {
	e, err := client.Do(ctx, wire.Request{Method: "GET", URL: url})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", url, err)
	}
	if e.Status != 200 {
		return nil, fmt.Errorf("%s answered %d", url, e.Status)
	}
	document, err := dpop.ParseObject(e.Reply)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", url, err)
	}
	m := ReadMetadata(document)
	m.Source = url
	if m.Issuer == "" || m.Token == "" {
		return nil, fmt.Errorf("%s has no issuer or no token_endpoint", url)
	}
	return &m, nil
}

// ReadMetadata takes what the harness uses out of a metadata document.
func ReadMetadata(document dpop.Object) Metadata {
	text := func(name string) string { v, _ := document.Text(name); return v }
	list := func(name string) []string { return texts(document, name) }
	return Metadata{
		Issuer:        text("issuer"),
		Token:         text("token_endpoint"),
		PAR:           text("pushed_authorization_request_endpoint"),
		Authorization: text("authorization_endpoint"),
		Userinfo:      text("userinfo_endpoint"),
		Introspection: text("introspection_endpoint"),
		Revocation:    text("revocation_endpoint"),
		Registration:  text("registration_endpoint"),
		Device:        text("device_authorization_endpoint"),
		JWKS:          text("jwks_uri"),
		Algorithms:    list("dpop_signing_alg_values_supported"),
		Grants:        list("grant_types_supported"),
		Document:      document,
	}
}

type endpoint struct{ name, url string }

// endpoints lists what the metadata places.
func (m Metadata) endpoints() []endpoint {
	var list []endpoint
	for _, e := range []endpoint{
		{"the token endpoint", m.Token}, {"the PAR endpoint", m.PAR},
		{"the authorization endpoint", m.Authorization}, {"the userinfo endpoint", m.Userinfo},
		{"the introspection endpoint", m.Introspection}, {"the revocation endpoint", m.Revocation},
		{"the registration endpoint", m.Registration}, {"the device authorization endpoint", m.Device},
		{"the JWK set", m.JWKS},
	} {
		if e.url != "" {
			list = append(list, e)
		}
	}
	return list
}

// Supports reports whether a grant is advertised; without a list RFC 8414 §2
// names authorization_code and implicit.
func (m Metadata) Supports(grant string) bool {
	if m.Grants == nil {
		return grant == "authorization_code"
	}
	return slices.Contains(m.Grants, grant)
}

// ClientAuthentication returns the methods that the token endpoint advertises;
// without a list RFC 8414 §2 names client_secret_basic.
func (m Metadata) ClientAuthentication() []string {
	return texts(m.Document, "token_endpoint_auth_methods_supported")
}

// useAliases takes the endpoints that ask for a client certificate (RFC 8705
// §5). They serve all clients only if all of them have one.
func (m *Metadata) useAliases() {
	value, _ := m.Document.Get("mtls_endpoint_aliases")
	aliases, err := dpop.ParseObject(value)
	if err != nil {
		return
	}
	for name, url := range map[string]*string{
		"token_endpoint": &m.Token, "pushed_authorization_request_endpoint": &m.PAR,
		"userinfo_endpoint": &m.Userinfo, "introspection_endpoint": &m.Introspection,
		"revocation_endpoint": &m.Revocation, "registration_endpoint": &m.Registration,
		"device_authorization_endpoint": &m.Device,
	} {
		if alias, err := aliases.Text(name); err == nil {
			*url = alias
		}
	}
}

// texts is a member that is a list of strings; nil if it is none.
func texts(document dpop.Object, name string) []string {
	var values []string
	value, found := document.Get(name)
	if !found || json.Unmarshal(value, &values) != nil {
		return nil
	}
	return values
}
