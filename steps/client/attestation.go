package client

import (
	"fmt"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
	"github.com/dpopspec/dpopspec/wallet"
)

// walletSteps are about clients that get credentials: their nonce endpoint (OpenID4VCI
// 1.0 §7).
func walletSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Actor](v)
	g.Given(`^the API issues credentials and has a nonce endpoint$`, (*Actor).apiIssues,
		"Lets the API of the client be an issuer of credentials (OpenID4VCI 1.0) that asks for nonces in proofs.",
		"Given the API issues credentials and has a nonce endpoint")
	g.When(`^the client asks the nonce endpoint$`, (*Actor).asksNonce,
		"Lets the client send its empty POST there, without a token and without a proof.",
		"When the client asks the nonce endpoint")
}

func (a *Actor) apiIssues() error {
	if err := a.needs(target.AsksNonces, target.CanFetch); err != nil {
		return err
	}
	if err := a.demandsNonces("API"); err != nil {
		return err
	}
	return a.ArrangeAPI(world.DefaultAPI, func(c *mockrs.Config) {
		c.Issuance = &mockrs.Issuance{Configuration: "example"}
	})
}

func (a *Actor) asksNonce() error {
	api, err := a.API(world.DefaultAPI)
	if err != nil {
		return err
	}
	return a.fetch(target.FetchOrder{Method: "POST", URL: api.Origin + mockrs.PathNonce, NonceEndpoint: true})
}

// attested lets the client authenticate by an attestation of the key pair that its
// proofs are made with (draft-ietf-oauth-attestation-based-client-auth, section 5.2).
func attested(a *Actor) error {
	if a.wanted.Fixed() {
		return world.NotApplicablef("the client is registered as it wants to be, with %s", a.setup.Client.Auth)
	}
	const id = "app: attested"
	key, err := a.Key("client")
	if err != nil {
		return err
	}
	attester, err := a.Key("attester")
	if err != nil {
		return err
	}
	trusted, err := dpop.ParsePublicKey(attester.JWK())
	if err != nil {
		return err
	}
	statement := (&wallet.Attester{Key: attester, Issuer: "https://wallet.example"}).State(id, key.JWK(), a.Clock.Now())
	text, err := statement.Sign()
	if err != nil {
		return err
	}
	a.setup.Client = target.ClientLogin{ID: id, Auth: mockas.AuthAttestationDPoP, Attestation: text}
	return a.ArrangeAS(func(c *mockas.Config) {
		c.Attesters = append(c.Attesters, trusted)
		c.Clients = append(c.Clients, a.completed(mockas.Client{ID: id, Auth: mockas.AuthAttestation}))
	})
}

// attestedOnce says what is wrong with a request of a client in combined mode: there is
// one attestation, no proof of possession of its own, and one proof by the attested key.
func attestedOnce(a *Actor, s sent) string {
	attestations, proofs := s.Fields.Values(wallet.FieldAttestation), s.Fields.Values("DPoP")
	pops := s.Fields.Values(wallet.FieldAttestationPoP)
	if len(attestations) != 1 || len(pops) != 0 || len(proofs) != 1 {
		return fmt.Sprintf("%d attestations, %d proofs of possession beside them, %d DPoP fields",
			len(attestations), len(pops), len(proofs))
	}
	if attestations[0] != a.setup.Client.Attestation {
		return "another attestation than it was given"
	}
	key, err := a.Key("client")
	if err != nil {
		return err.Error()
	}
	proof, err := readSentProof(proofs[0])
	if err != nil {
		return "a proof that cannot be read: " + err.Error()
	}
	return unless(proof == key.Thumbprint, "a proof by another key than the attested one")
}

// readSentProof is the thumbprint of the key that a proof names.
func readSentProof(text string) (string, error) {
	head, _, _, err := dpop.SplitCompact(text, dpop.DecodeSegment)
	if err != nil {
		return "", err
	}
	header, err := dpop.ParseObject(head)
	if err != nil {
		return "", err
	}
	value, _ := header.Get("jwk")
	jwk, err := dpop.ParseObject(value)
	if err != nil {
		return "", err
	}
	key, err := dpop.ParsePublicKey(jwk)
	if err != nil {
		return "", err
	}
	return key.Thumbprint, nil
}
