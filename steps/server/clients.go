package server

import (
	"fmt"
	"slices"

	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

func clientsSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Tester](v)
	g.Given(`^a (public|confidential) client$`, (*Tester).clientOfType,
		"Chooses a client by its type (RFC 6749 §2.1): public without credentials, confidential with them.",
		"Given a public client")
	g.Given(`^a client that is registered for bound tokens$`, (*Tester).clientForBoundTokens,
		"Chooses a client whose metadata hold dpop_bound_access_tokens (RFC 9449 §5.2).",
		"Given a client that is registered for bound tokens")
	g.Given(`^a public client that is registered for bound tokens$`, (*Tester).publicClientForBoundTokens,
		"Chooses a client without credentials whose metadata hold dpop_bound_access_tokens (RFC 9449 §5.2).",
		"Given a public client that is registered for bound tokens")
	g.Given(`^a client that authenticates by "([^"]+)"$`, (*Tester).clientByMethod,
		"Chooses a client by its token_endpoint_auth_method: none, client_secret_basic, client_secret_post, private_key_jwt, tls_client_auth or self_signed_tls_client_auth. An embedded server then listens over TLS where the client needs a certificate.",
		`Given a client that authenticates by "private_key_jwt"`)
	g.Given(`^a client whose tokens are bound to its certificate$`, (*Tester).clientBoundToCertificate,
		"Chooses a client that authenticates by certificate and whose metadata hold tls_client_certificate_bound_access_tokens (RFC 8705 §3.4).",
		"Given a client whose tokens are bound to its certificate")
	g.Given(`^the grant is "([^"]+)"$`, (*Tester).grantIs,
		"Chooses the grant type of token requests, by its name or by the last part of its URN.",
		`Given the grant is "device_code"`)
}

// chooseClient takes the first client that fits.
func (w *Tester) chooseClient(what string, fits func(target.RegisteredClient) bool) error {
	list := w.Clients()
	i := slices.IndexFunc(list, fits)
	if i < 0 {
		return world.NotApplicablef("the configuration has no %s", what)
	}
	w.Chosen = &list[i]
	return nil
}

func (w *Tester) clientOfType(kind string) error {
	return w.chooseClient(kind+" client", func(c target.RegisteredClient) bool { return c.Public() == (kind == "public") && !c.Bound })
}

func (w *Tester) clientForBoundTokens() error {
	return w.chooseClient("client that is registered for bound tokens (dpop_bound_access_tokens: true)", func(c target.RegisteredClient) bool { return c.Bound })
}

func (w *Tester) publicClientForBoundTokens() error {
	if w.EmbeddedAS() {
		return w.embeddedClientBy(mockas.AuthNone, func(c *mockas.Client) { c.DPoPBound = true })
	}
	return w.chooseClient("public client that is registered for bound tokens (dpop_bound_access_tokens: true)",
		func(c target.RegisteredClient) bool { return c.Bound && c.Public() })
}

func (w *Tester) clientByMethod(method string) error {
	if w.EmbeddedAS() {
		return w.embeddedClientBy(method)
	}
	return w.chooseClient("client that authenticates by "+method, func(c target.RegisteredClient) bool { return c.Auth == method })
}

func (w *Tester) clientBoundToCertificate() error {
	if w.EmbeddedAS() {
		return w.embeddedClientBy(mockas.AuthTLS, func(c *mockas.Client) { c.CertificateBound = true })
	}
	return w.chooseClient("client whose tokens are bound to its certificate (tls_client_certificate_bound_access_tokens: true)",
		func(c target.RegisteredClient) bool { return c.CertificateBound && c.ByCertificate() })
}

// embeddedClientBy registers a client of its own kind at the embedded
// authorization server.
func (w *Tester) embeddedClientBy(method string, changes ...func(*mockas.Client)) error {
	client := target.RegisteredClient{ID: "by-" + method, Auth: method, Grants: mockas.AllGrants, RedirectURI: world.RedirectURI}
	registered := mockas.Client{ID: client.ID, Auth: method, RedirectURIs: []string{world.RedirectURI}, AlwaysRefresh: true}
	if err := w.equip(&client, &registered); err != nil {
		return err
	}
	for _, change := range changes {
		change(&registered)
	}
	w.Chosen = &client
	return w.ArrangeAS(func(c *mockas.Config) { c.Clients = append(c.Clients, registered) })
}

// equip gives a client the credentials of its method, and the server what it
// needs to know of them.
func (w *Tester) equip(client *target.RegisteredClient, registered *mockas.Client) error {
	switch client.Auth {
	case mockas.AuthNone:
		client.Grants = []string{mockas.GrantCode, mockas.GrantRefresh, mockas.GrantDevice}
	case mockas.AuthPrivateKeyJWT:
		key, err := w.Key("client authentication")
		if err != nil {
			return err
		}
		client.Key, registered.JWKS = key, world.KeySet(key.JWK())
	case mockas.AuthTLS:
		return w.Certify(client, registered)
	case mockas.AuthSelfSignedTLS:
		return w.SignItself(client, registered)
	default:
		client.Secret, registered.Secret = "the-secret", "the-secret"
	}
	return nil
}

// grantNames are the grant types by the names that scenarios use.
var grantNames = map[string]string{
	"authorization_code": mockas.GrantCode, "refresh_token": mockas.GrantRefresh, "client_credentials": mockas.GrantClientCredentials,
	"token-exchange": mockas.GrantTokenExchange, "device_code": mockas.GrantDevice,
}

func (w *Tester) grantIs(name string) error {
	grant, known := grantNames[name]
	if !known {
		return fmt.Errorf("the grant %q is not one of authorization_code, refresh_token, client_credentials, token-exchange, device_code", name)
	}
	client, err := w.ClientWith(grant)
	if err != nil {
		return err
	}
	w.Chosen, w.Grant = &client, grant
	return nil
}
