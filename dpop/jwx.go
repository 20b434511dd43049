package dpop

import (
	"crypto"
	"crypto/ecdsa"
	"encoding/json"
	"fmt"
	"io"

	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jwk"
	"github.com/lestrrat-go/jwx/v2/jws"
)

// This is the only file that imports jwx, version 2 of which is no longer
// maintained. It signs with our own keys and exports their public halves; it
// never parses what a stranger sent.

// signWithJWX returns the JWS signature of input (RFC 7515 §5.1 step 5).
func signWithJWX(algorithm string, key crypto.Signer, input []byte) ([]byte, error) {
	tally(&signed, algorithm)
	name := jwa.SignatureAlgorithm(algorithm)
	if algorithm == "Ed25519" { // RFC 9864 renamed EdDSA after jwx/v2 was written
		name = jwa.EdDSA
	}
	signer, err := jws.NewSigner(name)
	if err != nil {
		return nil, fmt.Errorf("dpop: no signer for %s: %w", algorithm, err)
	}
	if private, ok := key.(*ecdsa.PrivateKey); ok {
		key = deterministic{private}
	}
	signature, err := signer.Sign(input, key)
	if err != nil {
		return nil, fmt.Errorf("dpop: signing with %s: %w", algorithm, err)
	}
	return signature, nil
}

// deterministic signs by RFC 6979, which takes a quarter less time than to draw
// a random number.
type deterministic struct{ *ecdsa.PrivateKey }

// Sign implements crypto.Signer.
func (d deterministic) Sign(_ io.Reader, digest []byte, options crypto.SignerOpts) ([]byte, error) {
	return d.PrivateKey.Sign(nil, digest, options)
}

// exportWithJWX returns the JWK of a public or private key.
func exportWithJWX(key any) (Object, error) {
	exported, err := jwk.FromRaw(key)
	if err != nil {
		return nil, fmt.Errorf("dpop: no JWK for %T: %w", key, err)
	}
	if ec, ok := exported.(jwk.ECDSAPublicKey); ok { // the key of almost every proof, without a detour by JSON
		return Object{
			{"crv", rawJSON(ec.Crv().String())}, {"kty", rawJSON(ec.KeyType().String())},
			{"x", rawJSON(EncodeSegment(ec.X()))}, {"y", rawJSON(EncodeSegment(ec.Y()))},
		}, nil
	}
	text, err := json.Marshal(exported)
	if err != nil {
		return nil, fmt.Errorf("dpop: no JWK for %T: %w", key, err)
	}
	return ParseObject(text)
}
