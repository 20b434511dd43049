package client

import (
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// registeredAs registers the client anew, with another method of authentication,
// unless it is to be who it wants to be.
func (a *Actor) registeredAs(id, method string) error {
	if a.setup.Client.Auth == method {
		return nil
	}
	if method == mockas.AuthAttestationDPoP {
		return attested(a)
	}
	if a.wanted.Fixed() {
		return world.NotApplicablef("the client is registered as it wants to be, with %s", a.setup.Client.Auth)
	}
	registered := mockas.Client{ID: id, Auth: method}
	a.setup.Client = target.ClientLogin{ID: id, Auth: method}
	switch method {
	case mockas.AuthBasic, mockas.AuthPost:
		// RFC 6749 §2.3.1: what would end the id or change on the way is encoded.
		registered.Secret = "secret: 100% +/&="
		a.setup.Client.Secret = registered.Secret
	case mockas.AuthPrivateKeyJWT:
		var err error
		if registered.JWKS, err = a.signsAssertions(nil); err != nil {
			return err
		}
	}
	return a.ArrangeAS(func(c *mockas.Config) { c.Clients = append(c.Clients, a.completed(registered)) })
}
