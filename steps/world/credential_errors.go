package world

// credentialErrors are those of a credential request (§8.3.1.2): an issuer that names
// one of them has looked at the request's body, and its answer tells nothing of a proof.
var credentialErrors = map[string]bool{
	"invalid_credential_request": true, "unknown_credential_configuration": true,
	"unknown_credential_identifier": true, "invalid_proof": true, "invalid_nonce": true,
	"invalid_encryption_parameters": true, "credential_request_denied": true,
}
