package server

import (
	"slices"

	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

func clientsSteps(v *vocabulary.Vocabulary) {
	v.Word("client-type", "The type of a client (RFC 6749 §2.1): public without credentials, confidential with them.",
		clientTypes.Forms()...)
	v.Word("registration", "What a client is registered for, by dpop_bound_access_tokens (RFC 9449 §5.2) or "+
		"tls_client_certificate_bound_access_tokens (RFC 8705 §3.4).", registrations.Forms()...)
	v.Word("grant-type", "The grant of a token request, by its name or by the last part of its URN.",
		grantTypes.Forms()...)
	g := vocabulary.For[Tester](v)
	g.Given(`^a(?: {client-type})? client(?: {registration})?$`, (*Tester).choosesClient,
		"Chooses a client of that type and registration. One that registration says nothing of is bound to nothing.",
		"Given a public client that is registered for bound tokens")
	g.Given(`^a client that authenticates by "([^"]+)"$`, (*Tester).clientByMethod,
		"Chooses a client by its token_endpoint_auth_method: none, client_secret_basic, client_secret_post, "+
			"private_key_jwt, tls_client_auth or self_signed_tls_client_auth. "+
			"An embedded server then listens over TLS where the client needs a certificate.",
		`Given a client that authenticates by "private_key_jwt"`)
	g.Given(`^the grant is "{grant-type}"$`, (*Tester).grantIs,
		"Chooses the grant type of token requests.",
		`Given the grant is "device_code"`)
}

// clientTypes tell whether a client is public.
var clientTypes = vocabulary.Meanings[bool]{"public": true, "confidential": false}

// registration is what the metadata of a client say of the tokens that it gets.
type registration struct {
	member string // of the metadata, which is true
	holds  func(target.RegisteredClient) bool
	method string // by which a client of ours authenticates then, if it is not public
	set    func(*mockas.Client)
}

var registrations = vocabulary.Meanings[registration]{
	"that is registered for bound tokens": {
		member: "dpop_bound_access_tokens",
		holds:  func(c target.RegisteredClient) bool { return c.Bound },
		method: mockas.AuthPost,
		set:    func(c *mockas.Client) { c.DPoPBound = true },
	},
	"whose tokens are bound to its certificate": {
		member: "tls_client_certificate_bound_access_tokens",
		holds:  func(c target.RegisteredClient) bool { return c.CertificateBound && c.ByCertificate() },
		method: mockas.AuthTLS,
		set:    func(c *mockas.Client) { c.CertificateBound = true },
	},
}

// choosesClient takes the first client that fits; an embedded server without one
// gets it.
func (w *Tester) choosesClient(kind, registered string) error {
	ofType := func(target.RegisteredClient) bool { return true }
	what := "client"
	public := false
	if kind != "" {
		var err error
		if public, err = clientTypes.Of(kind); err != nil {
			return err
		}
		ofType = func(c target.RegisteredClient) bool { return c.Public() == public }
		what = kind + " client"
	}
	if registered == "" {
		return w.chooseClient(true, what, func(c target.RegisteredClient) bool { return ofType(c) && !c.Bound })
	}
	r, err := registrations.Of(registered)
	if err != nil {
		return err
	}
	fits := func(c target.RegisteredClient) bool { return ofType(c) && r.holds(c) }
	if w.EmbeddedAS() && !slices.ContainsFunc(w.Clients(), fits) {
		method := r.method
		if public {
			method = mockas.AuthNone
		}
		return w.embeddedClientBy(method, r.set)
	}
	common := r.method != mockas.AuthTLS || w.announces(mockas.AuthTLS) || w.announces(mockas.AuthSelfSignedTLS)
	return w.chooseClient(common, what+" "+registered+" ("+r.member+": true)", fits)
}

// chooseClient takes the first client that fits. Whether such clients are common, or
// announced by the server, says what it is worth to add one.
func (w *Tester) chooseClient(common bool, what string, fits func(target.RegisteredClient) bool) error {
	client, found := w.FindClient(fits)
	if !found {
		return world.LackingIff(common, world.ClientsKey, "the configuration has no %s", what)
	}
	w.ChooseClient(client)
	return nil
}

func (w *Tester) clientByMethod(method string) error {
	if w.EmbeddedAS() {
		return w.embeddedClientBy(method)
	}
	return w.chooseClient(w.announces(method), "client that authenticates by "+method,
		func(c target.RegisteredClient) bool { return c.Auth == method })
}

// embeddedClientBy registers a client of its own kind at the embedded
// authorization server.
func (w *Tester) embeddedClientBy(method string, changes ...func(*mockas.Client)) error {
	client := target.RegisteredClient{
		ID: "by-" + method, Auth: method, Grants: mockas.AllGrants, RedirectURI: world.RedirectURI,
	}
	registered := mockas.Client{
		ID: client.ID, Auth: method, RedirectURIs: []string{world.RedirectURI}, AlwaysRefresh: true,
	}
	if err := w.equip(&client, &registered); err != nil {
		return err
	}
	for _, change := range changes {
		change(&registered)
	}
	w.ChooseClient(client)
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

// grantTypes are the grants by the names that scenarios use.
var grantTypes = vocabulary.Meanings[string]{
	"authorization_code": mockas.GrantCode,
	"refresh_token":      mockas.GrantRefresh,
	"client_credentials": mockas.GrantClientCredentials,
	"token-exchange":     mockas.GrantTokenExchange,
	"device_code":        mockas.GrantDevice,

	"pre-authorized_code": mockas.GrantPreAuthorized,
}

func (w *Tester) grantIs(name string) error {
	grant, err := grantTypes.Of(name)
	if err != nil {
		return err
	}
	if grant == mockas.GrantPreAuthorized && w.EmbeddedAS() {
		if err := w.takesOffers(); err != nil {
			return err
		}
	}
	return w.chooseGrant(grant)
}

func (w *Tester) chooseGrant(grant string) error {
	client, err := w.ClientWith(grant)
	if err != nil {
		return err
	}
	w.ChooseGrant(client, grant)
	return nil
}
