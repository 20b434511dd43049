package mutants

import (
	"net/http"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/wallet"
)

// profileVariations choose otherwise where a profile leaves a choice.
var profileVariations = []Variation{
	// A shorter life of nonces than five minutes, and a new one with every answer.
	ofProfile("atproto", serverVariation("nonces of two minutes that change with every answer", nil,
		changingNoncesOf(2*time.Minute))),
	// A new nonce with every answer, where the guide has one a day; a missing proof by name.
	ofProfile("okta", serverVariation(
		"nonces of days that change with every answer, a missing proof called an invalid one",
		nil, func(c *mockas.Config) {
			changingNoncesOf(c.NonceLifetime)(c)
			c.ProofMissing = dpop.InvalidProof
		})),
	// FAPI 2.0 lets a refresh token be rotated where the one before stays good for a while.
	ofProfile("fapi2", serverVariation("other words for refusals, PS256 and ES256 alone", nil,
		otherWords, func(c *mockas.Config) { c.Algorithms = []string{"PS256", "ES256"} })),
	ofProfile("singpass", serverVariation("ES256 alone, opaque tokens", nil,
		opaque, func(c *mockas.Config) { c.Algorithms = []string{"ES256"} })),
	ofProfile("helseid", serverVariation("narrow windows, nonces that change with every answer", nil,
		changingNonces, atEveryGate(narrow))),
	// More audiences than the client and solid; a WebID with a path.
	ofProfile("solid", serverVariation("ID tokens with more audiences and claims", nil, func(c *mockas.Config) {
		honest := c.Policy.ConfirmID
		c.Policy.ConfirmID = func(claims *dpop.Object, id mockas.WebIdentity) {
			honest(claims, id)
			claims.Set("aud", []string{"https://another.example", "solid", id.ClientID})
			claims.Add("amr", []string{"pwd"})
		}
	})),
	// A 400 needs no challenge; the error is in the JSON then.
	ofProfile("camara", apiVariation("bad proofs refused without a challenge", []string{
		"RFC9449-7.1-06", "RFC9449-7.1-07", "RFC9449-7.1-09", "RFC9449-7.1-10", "RFC9449-7.1-12", "RFC9449-7.1-13",
	}, func(c *mockrs.Config) {
		c.Policy.Status = func(f *mockrs.Failure) int {
			if f.Code == dpop.InvalidProof && !f.ProofMissing {
				return http.StatusBadRequest
			}
			return f.Status
		}
	})),
	// Proofs of possession alone; attestations that may be left out.
	ofProfile("haip", serverVariation("proofs of possession alone, attestations are optional", nil,
		oneWayOfAttestation(mockas.AuthAttestation), optionalAttestations)),
	// An issuer without a nonce endpoint, which asks for nonces at its credential endpoint.
	ofProfile("haip", apiVariation("no nonce endpoint, nonces at the credential endpoint", nil,
		atItsGate(nonces(changing)), func(c *mockrs.Config) {
			if c.Issuance != nil {
				c.Issuance.NoNonces = true
			}
		})),
	// An API that asks for nonces though the profile leaves it to it.
	ofProfile("okta", apiVariation("nonces at APIs", nil, atItsGate(nonces(changing)))),
	ofProfile("mcp", apiVariation("narrow windows and a memory of jtis", nil, atItsGate(narrow))),
}

// optionalAttestations takes a client that leaves its attestation out for a public one,
// and says so.
func optionalAttestations(c *mockas.Config) {
	honest := c.Policy.Authenticate
	c.Policy.Authenticate = func(s *mockas.Server, call *mockas.Call) (*mockas.Client, *mockas.Error) {
		client := s.Client(call.Get("client_id"))
		if client != nil && client.Auth == mockas.AuthAttestation && len(call.Fields.Values(wallet.FieldAttestation)) == 0 {
			return client, nil
		}
		return honest(s, call)
	}
	announced := c.Policy.Metadata
	c.Policy.Metadata = func(path string, document *dpop.Object) {
		announced(path, document)
		document.Add("client_attestation_pop_methods_supported", []string{"attestation_pop_jwt", "none"})
	}
}
