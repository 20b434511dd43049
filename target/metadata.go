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
	Document      dpop.Object // what was read, and what the configuration gives in its place
	Source        string      // URL it was read from; empty: nothing was, the configuration gives all
	Given         []string    // members that the configuration gives, by their names

	published  dpop.Object // as it was read
	unreadable error       // why nothing was read
}

// otherIssuer is the error of metadata that name another issuer (RFC 8414 §3.3).
type otherIssuer struct{ url, named, given string }

// Error implements error.
func (o *otherIssuer) Error() string {
	return fmt.Sprintf("no usable metadata: %s names the issuer %q, not %q (RFC 8414 §3.3), which is compared to the slash at its end",
		o.url, o.named, o.given)
}

// discover reads the metadata, first where RFC 8414 §3 puts it, then where
// OpenID Connect does. What the configuration gives takes the place of what is read;
// with a token endpoint given, there need be nothing to read.
func discover(ctx context.Context, client *wire.Client, issuer string, given dpop.Object) (*Metadata, error) {
	var problems []error
	for _, url := range MetadataURLs(issuer) {
		m, err := readMetadata(ctx, client, url, given)
		if err == nil && m.Issuer != issuer { // also by a slash at its end
			err = &otherIssuer{url, m.Issuer, issuer}
		}
		if err == nil {
			m.addUserinfo(ctx, client)
			return m, nil
		}
		problems = append(problems, err)
	}
	err := fmt.Errorf("no usable metadata: %w; is the issuer right and reachable?", errors.Join(problems...))
	var other *otherIssuer
	if errors.As(problems[0], &other) { // the same document lies in both places
		err = other
	}
	if !given.Has("token_endpoint") || ctx.Err() != nil {
		return nil, err
	}
	var nothing dpop.Object
	nothing.Add("issuer", issuer)
	m := completed(nothing, given)
	m.published, m.unreadable = nil, err
	return &m, nil
}

// completed reads a document in which the configuration gives some members.
func completed(published, given dpop.Object) Metadata {
	document := published.Clone()
	var names []string
	for _, member := range given {
		document.Set(member.Name, member.Value)
		names = append(names, member.Name)
	}
	m := ReadMetadata(document)
	m.published, m.Given = published, names
	return m
}

// Advertised returns the algorithms of proofs that the server itself announces (RFC
// 9449 §5.1), whatever the configuration gives; nil if it announces none.
func (m Metadata) Advertised() []string {
	if slices.Contains(m.Given, algorithmsMember) {
		return texts(m.published, algorithmsMember)
	}
	return m.Algorithms
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
	if openID, err := readMetadata(ctx, client, other, nil); err == nil && openID.Issuer == m.Issuer {
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

func readMetadata(ctx context.Context, client *wire.Client, url string, given dpop.Object) (*Metadata, error) {
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
	m := completed(document, given)
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
		Algorithms:    list(algorithmsMember),
		Grants:        list("grant_types_supported"),
		Document:      document,
	}
}

type endpoint struct {
	name, url string
	member    string // of the metadata
}

// endpoints lists what the metadata places.
func (m Metadata) endpoints() []endpoint {
	var list []endpoint
	for _, e := range []endpoint{
		{"the token endpoint", m.Token, "token_endpoint"},
		{"the PAR endpoint", m.PAR, "pushed_authorization_request_endpoint"},
		{"the authorization endpoint", m.Authorization, "authorization_endpoint"},
		{"the userinfo endpoint", m.Userinfo, "userinfo_endpoint"},
		{"the introspection endpoint", m.Introspection, "introspection_endpoint"},
		{"the revocation endpoint", m.Revocation, "revocation_endpoint"},
		{"the registration endpoint", m.Registration, "registration_endpoint"},
		{"the device authorization endpoint", m.Device, "device_authorization_endpoint"},
		{"the JWK set", m.JWKS, "jwks_uri"},
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

// aliased are the endpoints for which there may be another address, at which the
// server asks for a client certificate (RFC 8705 §5).
var aliased = []string{
	"token_endpoint", "pushed_authorization_request_endpoint", "userinfo_endpoint", "introspection_endpoint",
	"revocation_endpoint", "registration_endpoint", "device_authorization_endpoint",
}

// For returns the metadata as they are for a client: one that authenticates by a
// certificate, or whose tokens are bound to one, goes to mtls_endpoint_aliases, if
// there are any (RFC 8705 §5); every other does not.
func (m Metadata) For(c RegisteredClient) Metadata {
	value, _ := m.Document.Get("mtls_endpoint_aliases")
	aliases, err := dpop.ParseObject(value)
	if err != nil || !c.ByCertificate() && !c.CertificateBound {
		return m
	}
	urls := []*string{&m.Token, &m.PAR, &m.Userinfo, &m.Introspection, &m.Revocation, &m.Registration, &m.Device}
	for i, name := range aliased {
		if alias, err := aliases.Text(name); err == nil {
			*urls[i] = alias
		}
	}
	return m
}

// aliases lists where clients with a certificate go instead.
func (m Metadata) aliases() []endpoint {
	plain, byCertificate := m.endpoints(), m.For(RegisteredClient{CertificateBound: true}).endpoints()
	return slices.DeleteFunc(byCertificate, func(e endpoint) bool { return slices.Contains(plain, e) })
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
