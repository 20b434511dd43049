package standing

import (
	"crypto/x509/pkix"
	"encoding/base64"
	"net/url"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/approval"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// everyKind adds clients of every kind to a configuration and lets the server listen
// over TLS, for some of them show certificates. It returns how to register them.
func everyKind(
	t *target.Target, real *target.RealAuthorizationServer, listening *wire.Options,
) (register func(*mockas.Config), err error) {
	authority, err := wire.NewAuthority()
	if err != nil {
		return nil, err
	}
	if listening.TLS, err = authority.Asking("127.0.0.1"); err != nil {
		return nil, err
	}
	t.Connection.Roots = authority.Pool()
	key, err := dpop.GenerateKey("ES256")
	if err != nil {
		return nil, err
	}
	byAuthority, err := authority.ForClient(pkix.Name{CommonName: "vouched-for"}, key.Private())
	if err != nil {
		return nil, err
	}
	bySelf, err := wire.SelfSigned(pkix.Name{CommonName: "self-signed"}, key.Private())
	if err != nil {
		return nil, err
	}
	certified := key.JWK()
	certified.Add("x5c", []string{base64.StdEncoding.EncodeToString(bySelf.Certificate[0])})
	grants := []string{mockas.GrantCode, mockas.GrantRefresh, mockas.GrantClientCredentials}
	clients := []struct {
		target.RegisteredClient
		registered mockas.Client
	}{
		{target.RegisteredClient{ID: "asserting", Auth: mockas.AuthPrivateKeyJWT, Key: key},
			mockas.Client{JWKS: world.KeySet(key.JWK())}},
		{target.RegisteredClient{ID: "vouched-for", Auth: mockas.AuthTLS, Certificate: &byAuthority},
			mockas.Client{SubjectDN: pkix.Name{CommonName: "vouched-for"}.String()}},
		{target.RegisteredClient{ID: "self-signed", Auth: mockas.AuthSelfSignedTLS, Certificate: &bySelf},
			mockas.Client{JWKS: world.KeySet(certified)}},
		{target.RegisteredClient{ID: "certificate-bound", Auth: mockas.AuthTLS, Certificate: &byAuthority,
			CertificateBound: true},
			mockas.Client{SubjectDN: pkix.Name{CommonName: "vouched-for"}.String()}},
		{target.RegisteredClient{ID: "public-bound", Auth: mockas.AuthNone, Bound: true}, mockas.Client{}},
	}
	for i := range clients {
		c, r := &clients[i].RegisteredClient, &clients[i].registered
		c.RedirectURI, c.Grants = world.RedirectURI, grants
		if c.Public() {
			c.Grants = grants[:2]
		}
		r.ID, r.Auth, r.Grants, r.RedirectURIs = c.ID, c.Auth, c.Grants, []string{c.RedirectURI}
		r.DPoPBound, r.CertificateBound, r.AlwaysRefresh = c.Bound, c.CertificateBound, true
		real.Clients = append(real.Clients, *c)
	}
	real.DeviceApproval = &target.DeviceApproval{Request: &approval.Request{
		Method: "POST", URL: mockas.PathVerify, Form: url.Values{"user_code": {"{user_code}"}},
	}}
	return func(c *mockas.Config) {
		c.ManualDevices = true
		c.ClientAuthorities = authority.Pool()
		for _, client := range clients {
			c.Clients = append(c.Clients, client.registered)
		}
	}, nil
}
