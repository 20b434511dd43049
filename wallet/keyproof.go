package wallet

import (
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

// TypKeyProof is the typ of a key proof (OpenID4VCI 1.0, appendix F.1).
const TypKeyProof = "openid4vci-proof+jwt"

// KeyProof proves the key that a credential is to be bound to. It is no DPoP proof: it
// has another type, audience and nonce.
type KeyProof struct {
	ClientID string // iss; empty for an anonymous client
	Issuer   string // aud: the Credential Issuer Identifier
	Nonce    string // c_nonce of the nonce endpoint; empty where there is none
}

// Sign makes the JWT. An error is one of the key.
func (p KeyProof) Sign(key *dpop.Key, now time.Time) (string, error) {
	var header, claims dpop.Object
	header.Add("typ", TypKeyProof)
	header.Add("alg", key.Algorithm)
	header.Add("jwk", key.JWK())
	if p.ClientID != "" {
		claims.Add("iss", p.ClientID)
	}
	claims.Add("aud", p.Issuer)
	claims.Add("iat", now.Unix())
	if p.Nonce != "" {
		claims.Add("nonce", p.Nonce)
	}
	return dpop.SignCompact(key, header.JSON(), claims.JSON())
}

// CredentialRequest is the body of a request for one credential (section 8.2).
func CredentialRequest(configuration, proof string) dpop.Object {
	var proofs, body dpop.Object
	proofs.Add("jwt", []string{proof})
	body.Add("credential_configuration_id", configuration)
	body.Add("proofs", proofs)
	return body
}
