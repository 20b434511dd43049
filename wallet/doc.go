// Package wallet is what a wallet makes and reads where credentials are issued
// (OpenID for Verifiable Credential Issuance 1.0, its High Assurance Interoperability
// Profile 1.0): attestations of its keys and their proofs of possession
// (draft-ietf-oauth-attestation-based-client-auth), key proofs of credential requests,
// and credential offers. It sends nothing.
package wallet

// The fields and types of client authentication by attestation
// (draft-ietf-oauth-attestation-based-client-auth, sections 4 to 6).
const (
	FieldAttestation    = "OAuth-Client-Attestation"
	FieldAttestationPoP = "OAuth-Client-Attestation-PoP"
	FieldChallenge      = "OAuth-Client-Attestation-Challenge"

	TypAttestation    = "oauth-client-attestation+jwt"
	TypAttestationPoP = "oauth-client-attestation-pop+jwt"

	// UseChallenge is the error that asks for a challenge in the PoP (section 7.4).
	UseChallenge = "use_attestation_challenge"
)

// The ways of client authentication by attestation (section 8): with a proof of
// possession of its own, and with the DPoP proof in its place.
const (
	AuthAttestation     = "attest_jwt_client_auth"
	AuthAttestationDPoP = "attest_jwt_client_auth_dpop"
)

// GrantPreAuthorized is the grant type of a pre-authorized code (OpenID4VCI 1.0 §6.1).
const GrantPreAuthorized = "urn:ietf:params:oauth:grant-type:pre-authorized_code"
