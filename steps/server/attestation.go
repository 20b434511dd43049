package server

import (
	"errors"
	"slices"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
	"github.com/dpopspec/dpopspec/wallet"
)

// attestationSteps are about clients that authenticate by an attestation of their
// key (draft-ietf-oauth-attestation-based-client-auth). In combined mode the DPoP
// proof is the proof of possession of that key.
func attestationSteps(v *vocabulary.Vocabulary) {
	v.Word("attestation", "By what a client authenticates, beside an attestation of its key.", attestations.Forms()...)
	g := vocabulary.For[Tester](v)
	g.Given(`^a client that authenticates by attestation$`, (*Tester).attestedClient,
		"Registers a client, and the key of one who vouches for it, at the embedded authorization server. "+
			"At a real one it is a client whose configuration has an attester.",
		"Given a client that authenticates by attestation")
	g.Given(`^the DPoP proof is taken for the proof of possession$`, (*Tester).takesCombined,
		"Combined mode; where the metadata do not name attest_jwt_client_auth_dpop, the case does not apply.",
		"Given the DPoP proof is taken for the proof of possession")
	g.Given(`^the DPoP proof is not taken for the proof of possession$`, (*Tester).takesPoPAlone,
		"Arranged at the embedded server; where the metadata of a real one name attest_jwt_client_auth_dpop, "+
			"the case does not apply.",
		"Given the DPoP proof is not taken for the proof of possession")
	g.Given(`^a proof of possession of its own is taken$`, (*Tester).takesPoP,
		"Where the metadata do not name attest_jwt_client_auth, the case does not apply.",
		"Given a proof of possession of its own is taken")
	g.Given(`^its attestation and its proof are accepted$`, (*Tester).attestationIsAccepted,
		"The positive control: an attestation of the client's key and a DPoP proof by it, and a proof of "+
			"possession of its own where the server wants that.",
		"Given its attestation and its proof are accepted")
	g.When(`^the client authenticates by {attestation}$`, (*Tester).authenticatesBy,
		"Sends the endpoint's request with those fields; the DPoP proof is honest unless they say otherwise.",
		"When the client authenticates by an attestation of another key")
	g.Then(`^the server metadata name the ways of attestation$`, (*Tester).namesAttestation,
		"token_endpoint_auth_methods_supported must hold attest_jwt_client_auth or attest_jwt_client_auth_dpop: "+
			"a server may take one of them alone.",
		"Then the server metadata name the ways of attestation")
	g.Then(`^the server metadata name the algorithms of attestation$`, (*Tester).namesAttestationAlgorithms,
		"Where a proof of possession of its own is taken, client_attestation_signing_alg_values_supported and "+
			"client_attestation_pop_signing_alg_values_supported must be there.",
		"Then the server metadata name the algorithms of attestation")
}

// attestedID is the client that authenticates so at an embedded server.
const attestedID = "attested"

func (w *Tester) attestedClient() error {
	if w.EmbeddedAS() {
		return w.registerAttested()
	}
	vouchedFor := func(c target.RegisteredClient) bool { return c.Instance != nil && c.Instance.Attester != nil }
	client, found := w.FindClient(vouchedFor)
	if !found {
		announced := w.announces(wallet.AuthAttestation) || w.announces(wallet.AuthAttestationDPoP)
		return world.LackingIff(announced, world.ClientsKey, "nobody vouches for a client of the configuration; give one "+
			"auth: attest_jwt_client_auth and attester: {key: …}, by which dpopspec attests its keys")
	}
	w.ChooseClient(client)
	w.attesting = &attesting{client, !client.Instance.Combined && !w.announces(wallet.AuthAttestationDPoP)}
	return nil
}

// registerAttested makes a client at the embedded server, and who vouches for it.
func (w *Tester) registerAttested() error {
	attester, err := w.Key("attester")
	if err != nil {
		return err
	}
	trusted, err := dpop.ParsePublicKey(attester.JWK())
	if err != nil {
		return err
	}
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	grants := []string{mockas.GrantClientCredentials, mockas.GrantCode, mockas.GrantRefresh}
	client := target.RegisteredClient{
		ID: attestedID, Auth: mockas.AuthAttestationDPoP, Grants: grants, RedirectURI: world.RedirectURI,
		Instance: &wallet.Instance{
			ClientID: attestedID, Key: key, Attester: &wallet.Attester{Key: attester}, Combined: true,
		},
	}
	w.ChooseClient(client)
	w.attesting = &attesting{client: client}
	return w.ArrangeAS(func(c *mockas.Config) {
		c.Attesters = append(c.Attesters, trusted)
		c.Clients = append(c.Clients, mockas.Client{
			ID: attestedID, Auth: mockas.AuthAttestation, Grants: grants, RedirectURIs: []string{world.RedirectURI},
			AlwaysRefresh: true,
		})
	})
}

// announces reports whether the authorization server names a method of client
// authentication.
func (w *Tester) announces(method string) bool {
	metadata, err := w.Metadata()
	return err == nil && slices.Contains(metadata.ClientAuthentication(), method)
}

func (w *Tester) takesCombined() error {
	if w.attesting == nil {
		return errNoAttested
	}
	configured := !w.EmbeddedAS() && w.attesting.client.Instance.Combined
	if !configured && !w.announces(wallet.AuthAttestationDPoP) {
		return world.NotApplicablef("the server does not take the DPoP proof for the proof of possession: " +
			"its metadata do not name attest_jwt_client_auth_dpop")
	}
	return nil
}

func (w *Tester) takesPoPAlone() error {
	if w.attesting == nil {
		return errNoAttested
	}
	if w.EmbeddedAS() {
		if err := w.ArrangeAS(func(c *mockas.Config) { c.Attestation = mockas.AuthAttestation }); err != nil {
			return err
		}
	}
	if w.announces(wallet.AuthAttestationDPoP) {
		return world.NotApplicablef("the server takes the DPoP proof for the proof of possession")
	}
	if !w.announces(wallet.AuthAttestation) {
		return world.NotApplicablef("the metadata name no way of attestation, so nothing is announced")
	}
	return nil
}

func (w *Tester) takesPoP() error {
	if w.announces(wallet.AuthAttestation) || !w.EmbeddedAS() && w.attesting != nil && w.attesting.pop {
		return nil
	}
	return world.NotApplicablef("the server takes no proof of possession but the DPoP proof: " +
		"its metadata do not name attest_jwt_client_auth")
}

// errNoAttested is a scenario in the wrong order.
var errNoAttested = errors.New(`put "Given a client that authenticates by attestation" first`)

func (w *Tester) attestationIsAccepted() error {
	a, err := w.attestedAsk("its attestation and its proof", attested{})
	if err != nil {
		return err
	}
	return w.Demand(a)
}

func (w *Tester) authenticatesBy(what string) error {
	how, err := attestations.Of(what)
	if err != nil {
		return err
	}
	a, err := w.attestedAsk(what, how)
	if err != nil {
		return err
	}
	if err := w.Try(a); err != nil || !how.none {
		return err
	}
	return w.unlessOptional(a)
}

// unlessOptional ends a case in which a request without an attestation was granted by a
// server that says that its clients may leave it out (section 7.6).
func (w *Tester) unlessOptional(a world.Ask) error {
	metadata, err := w.Metadata()
	if err != nil {
		return err
	}
	answer, _ := a.Endpoint.Classify(w.Latest().Exchange)
	if answer == world.Accepted &&
		slices.Contains(members(metadata.Document, "client_attestation_pop_methods_supported"), "none") {
		return world.NotApplicablef("client_attestation_pop_methods_supported names none: an attestation may be left out")
	}
	return nil
}

func (w *Tester) namesAttestation() error {
	return w.everyDocument(func(address string, document dpop.Object) error {
		list := members(document, "token_endpoint_auth_methods_supported")
		named := slices.Contains(list, wallet.AuthAttestation) || slices.Contains(list, wallet.AuthAttestationDPoP)
		value, _ := document.Get("token_endpoint_auth_methods_supported")
		return w.Expect(named, wallet.AuthAttestation+" or "+wallet.AuthAttestationDPoP+" in "+address, orNone(string(value)))
	})
}

func (w *Tester) namesAttestationAlgorithms() error {
	return w.everyDocument(func(address string, document dpop.Object) error {
		for _, name := range []string{
			"client_attestation_signing_alg_values_supported", "client_attestation_pop_signing_alg_values_supported",
		} {
			value, _ := document.Get(name)
			list := members(document, name)
			named := len(list) > 0 && !slices.Contains(list, "none")
			if err := w.Expect(named, name+" in "+address, orNone(string(value))); err != nil {
				return err
			}
		}
		return nil
	})
}
