package wallet

import (
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

// attestationLifetime is how long an attestation is good. Each request gets a new one;
// this leaves room for a clock that is somewhat off.
const attestationLifetime = 5 * time.Minute

// Attester vouches for the keys of a client, as the provider of a wallet does.
type Attester struct {
	Key    *dpop.Key
	KeyID  string   // kid of that key; may be empty
	Issuer string   // iss of its attestations; empty: none, as the draft has it since its version 08
	Chain  []string // x5c: certificates of that key in base64 of DER, without the trust anchor; may be empty
}

// Statement is an attestation before it is signed (section 4).
type Statement struct {
	Header, Claims dpop.Object
	Key            *dpop.Key // that signs
}

// State says of a public key that it belongs to a client.
func (a *Attester) State(clientID string, jwk dpop.Object, now time.Time) Statement {
	s := Statement{Key: a.Key}
	s.Header.Add("typ", TypAttestation)
	s.Header.Add("alg", a.Key.Algorithm)
	if a.KeyID != "" {
		s.Header.Add("kid", a.KeyID)
	}
	if len(a.Chain) > 0 {
		s.Header.Add("x5c", a.Chain)
	}
	if a.Issuer != "" {
		s.Claims.Add("iss", a.Issuer)
	}
	s.Claims.Add("sub", clientID)
	s.Claims.Add("iat", now.Unix())
	s.Claims.Add("exp", now.Add(attestationLifetime).Unix())
	s.Claims.Add("cnf", Confirmed(jwk))
	return s
}

// Confirmed is the cnf claim for a public key (RFC 7800 §3.2).
func Confirmed(jwk dpop.Object) dpop.Object {
	var cnf dpop.Object
	cnf.Add("jwk", jwk)
	return cnf
}

// Sign signs the statement. An error is one of the key.
func (s Statement) Sign() (string, error) {
	return dpop.SignCompact(s.Key, s.Header.JSON(), s.Claims.JSON())
}

// PoP is a proof of possession of an attested key (section 5.1).
type PoP struct {
	ClientID  string // iss, which versions of the draft before 08 want and later ones allow
	Audience  string // issuer identifier of the authorization server
	Challenge string // what the server has given; empty: nothing
}

// Sign makes the JWT by the attested key. An error is one of the key.
func (p PoP) Sign(key *dpop.Key, now time.Time) (string, error) {
	var header, claims dpop.Object
	header.Add("typ", TypAttestationPoP)
	header.Add("alg", key.Algorithm)
	claims.Add("iss", p.ClientID)
	claims.Add("aud", p.Audience)
	claims.Add("jti", dpop.NewID())
	claims.Add("iat", now.Unix())
	if p.Challenge != "" {
		claims.Add("challenge", p.Challenge)
	}
	return dpop.SignCompact(key, header.JSON(), claims.JSON())
}
