package standing

import (
	"net/url"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
	"github.com/dpopspec/dpopspec/wallet"
)

// walletSetting is servers that issue credentials, and a wallet that is attested and
// redeems offers.
type walletSetting struct {
	combined bool   // the DPoP proof is the proof of possession
	txCode   string // of each offer; empty: none
}

// clients makes a wallet the one client of a configuration, and returns how to register
// it.
func (s *walletSetting) clients(real *target.RealAuthorizationServer) (register func(*mockas.Config), err error) {
	attester, err := dpop.GenerateKey("ES384")
	if err != nil {
		return nil, err
	}
	trusted, err := dpop.ParsePublicKey(attester.JWK())
	if err != nil {
		return nil, err
	}
	instance, err := dpop.GenerateKey("ES256")
	if err != nil {
		return nil, err
	}
	c := target.RegisteredClient{
		ID: "wallet", Auth: wallet.AuthAttestation, RedirectURI: world.RedirectURI,
		Grants: []string{mockas.GrantPreAuthorized, mockas.GrantCode, mockas.GrantRefresh},
		Instance: &wallet.Instance{
			ClientID: "wallet", Key: instance, Combined: s.combined,
			Attester: &wallet.Attester{Key: attester, Issuer: "https://wallet.example"},
		},
	}
	if s.combined {
		c.Auth = wallet.AuthAttestationDPoP
	}
	real.Clients = []target.RegisteredClient{c}
	return func(config *mockas.Config) {
		config.Attesters = append(config.Attesters, trusted)
		config.Offers, config.TxCode = true, s.txCode
		config.Grants = append([]string{mockas.GrantPreAuthorized}, mockas.AllGrants...)
		config.Clients = append(config.Clients, mockas.Client{
			ID: c.ID, Auth: mockas.AuthAttestation, Grants: c.Grants, RedirectURIs: []string{c.RedirectURI},
			AlwaysRefresh: true,
		})
	}, nil
}

// offers tells where new credential offers are to be had.
func (s *walletSetting) offers(real *target.RealAuthorizationServer, as *target.EmbeddedAS) {
	query := url.Values{"resource": {world.AudienceOf(world.DefaultAPI)}}
	real.Clients[0].Offers = &target.Offers{
		URL: as.URL(mockas.PathOffer) + "?" + query.Encode(), Method: "GET", TxCode: s.txCode,
	}
}
