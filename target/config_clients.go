package target

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dpopspec/dpopspec/wallet"
)

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
	Attester          *attesterSection    `yaml:"attester"`
	Attestation       string              `yaml:"attestation"`
	PreAuthorized     *offersSection      `yaml:"pre_authorized_code"`
	Login             loginSection        `yaml:"login"`
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

// authMethods are the ways of client authentication (RFC 6749 §2.3, RFC 7523
// §2.2, RFC 8705 §2, draft-ietf-oauth-attestation-based-client-auth), and what each needs.
var authMethods = []struct {
	name, needs string
	has         func(*registeredClient) bool
}{
	{"none", "", func(*registeredClient) bool { return true }},
	{"client_secret_basic", "secret", func(c *registeredClient) bool { return c.Secret != "" }},
	{"client_secret_post", "secret", func(c *registeredClient) bool { return c.Secret != "" }},
	{"private_key_jwt", "key, its private key as PEM or JWK: a file, or ${VARIABLE}",
		func(c *registeredClient) bool { return c.Key != nil }},
	{"tls_client_auth", "certificate: {file: …, key: …}", (*registeredClient).hasCertificate},
	{"self_signed_tls_client_auth", "certificate: {file: …, key: …}", (*registeredClient).hasCertificate},
	{wallet.AuthAttestation, needsAttester, (*registeredClient).canAttest},
	{wallet.AuthAttestationDPoP, needsAttester, (*registeredClient).canAttest},
}

const needsAttester = "attester: {key: …, issuer: …}, who vouches for the client's keys, or attestation, one that is " +
	"ready, with the key that it is about"

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
	case c.Attester != nil || c.Attestation != "":
		return wallet.AuthAttestation
	case c.Key != nil:
		return "private_key_jwt"
	case c.Certificate != nil:
		return "tls_client_auth"
	}
	return "none"
}

func (c *registeredClient) read(t *Target) (client RegisteredClient, err error) {
	if c.ID == "" {
		return client, errors.New(
			"it has no id; write {id: …, secret: …, auth: client_secret_post, grants: [client_credentials]}")
	}
	if err := c.checkAuth(); err != nil {
		return client, err
	}
	client = RegisteredClient{
		ID: c.ID, Secret: c.Secret, Auth: c.Auth, Grants: inFull(c.Grants), RedirectURI: c.RedirectURI,
		Scope: c.Scope, Bound: c.Bound, CertificateBound: c.CertificateBound, AssertionAudience: c.AssertionAudience,
	}
	if c.CertificateBound && !c.hasCertificate() {
		return client, errors.New("tls_client_certificate_bound_access_tokens needs " +
			"the certificate that its tokens are bound to: certificate: {file: …, key: …}")
	}
	if client.Grants == nil {
		client.Grants = []string{likelyGrant(c.RefreshToken)}
	}
	if slices.Contains(client.Grants, "authorization_code") && client.RedirectURI == "" {
		return client, errors.New("the grant authorization_code needs redirect_uri, " +
			"one that is registered for the client")
	}
	if err := client.readLogin(c.RefreshToken, c.Login, c.LoginTimeout, filepath.Dir(t.File)); err != nil {
		return client, err
	}
	for _, secret := range append(client.Ways.Secrets(), c.Secret, c.RefreshToken) {
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
		if client.Certificate, err = t.certificate(*c.Certificate); err != nil {
			return client, err
		}
	}
	if err := c.readAttestation(t, &client); err != nil {
		return client, err
	}
	return client, c.readOffers(t, &client)
}
