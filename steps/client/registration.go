package client

import (
	"cmp"
	"encoding/json"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// registers the client as it wants to be, and as "app" where it does not care. A
// public one stands beside it for scenarios about such.
func (a *Actor) register() error {
	wanted, err := a.Session.Registration(a.Context)
	if err != nil {
		return err
	}
	a.wanted = wanted
	method := wanted.Method()
	registered := mockas.Client{ID: cmp.Or(wanted.ID, "app"), Auth: method, JWKS: wanted.JWKS}
	a.setup.Client = target.ClientLogin{ID: registered.ID, Auth: method}
	switch method {
	case mockas.AuthBasic, mockas.AuthPost:
		registered.Secret = cmp.Or(wanted.Secret, "app-secret")
		a.setup.Client.Secret = registered.Secret
	case mockas.AuthPrivateKeyJWT:
		if registered.JWKS == nil {
			if registered.JWKS, err = a.signsAssertions(wanted.Key); err != nil {
				return err
			}
		}
	}
	a.setup.RedirectURI = cmp.Or(wanted.RedirectURI, appRedirect)
	if !a.Session.Triggered() { // who is configured by its owner
		a.setup.Options.AudienceParameter = wanted.AudienceParameter
	}
	return a.ArrangeEveryAS(func(c *mockas.Config) {
		c.Nonces = mockas.NonceOff // whether nonces are demanded is for the scenario to say, under every profile
		c.Subject = wanted.Subject
		if wanted.AudienceParameter == target.NoAudience {
			c.DefaultAudience = world.AudienceOf(world.DefaultAPI)
		}
		for _, client := range []mockas.Client{registered, {ID: "public app", Auth: mockas.AuthNone}} {
			c.Clients = append(c.Clients, a.completed(client))
		}
	})
}

// completed is a registration with what all clients under test have.
func (a *Actor) completed(client mockas.Client) mockas.Client {
	client.RedirectURIs, client.AlwaysRefresh = []string{a.setup.RedirectURI}, true
	client.Audiences = []string{world.AudienceOf(world.DefaultAPI), world.AudienceOf(otherAPI)}
	return client
}

// signsAssertions gives the client a key for its assertions, one of its own unless
// the configuration has it, and returns what verifies them (RFC 7523).
func (a *Actor) signsAssertions(key *dpop.Key) (jwks json.RawMessage, err error) {
	if key == nil {
		if key, err = a.Key("assertion"); err != nil {
			return nil, err
		}
	}
	private, err := key.PrivateJWK()
	if err != nil {
		return nil, err
	}
	a.assertionKey, a.setup.Client.JWK = key, private.JSON()
	return json.Marshal(map[string]any{"keys": []dpop.Object{key.JWK()}})
}

// itself is the client as a request of ours authenticates it. A client whose key is
// its own cannot be spoken for.
func (a *Actor) itself() (target.RegisteredClient, error) {
	login := a.setup.Client
	if login.Auth == mockas.AuthPrivateKeyJWT && a.assertionKey == nil {
		return target.RegisteredClient{}, world.NotApplicablef("the key of the client is its own, " +
			"so that nobody else can ask for a device code in its name")
	}
	return target.RegisteredClient{ID: login.ID, Secret: login.Secret, Auth: login.Auth, Key: a.assertionKey}, nil
}

// public reports whether the client has no credentials.
func (a *Actor) public() bool { return a.setup.Client.Auth == mockas.AuthNone }
