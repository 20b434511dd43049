package dpop

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"log/slog"
)

// Key is a key pair of ours, with the JWS algorithm that it signs with by
// default. It never shows its private half in a log or an error.
type Key struct {
	Algorithm  string
	Thumbprint string // RFC 7638
	signer     crypto.Signer
	jwk        Object
	text       json.RawMessage // of the JWK, which stands in every proof
}

// GenerateKey makes a key pair for a JWS algorithm: ES256, ES384, ES512,
// EdDSA, Ed25519, or RS256 and its kin with 2048 bits.
func GenerateKey(algorithm string) (*Key, error) {
	a, known := FindAlgorithm(algorithm)
	if !known {
		return nil, fmt.Errorf("dpop: %q is not one of the algorithms %v", algorithm, AlgorithmNames())
	}
	var signer crypto.Signer
	var err error
	switch a.Family {
	case ECDSA:
		signer, err = ecdsa.GenerateKey(a.Curve, rand.Reader)
	case EdDSA:
		_, signer, err = ed25519.GenerateKey(rand.Reader)
	default:
		signer, err = rsa.GenerateKey(rand.Reader, minRSABits)
	}
	if err != nil {
		return nil, fmt.Errorf("dpop: generating a key for %s: %w", algorithm, err)
	}
	return NewKey(signer, algorithm)
}

// NewKey takes a private key that exists already. An empty algorithm means the
// usual one for its type: ES256, ES384 or ES512 by curve, EdDSA, RS256.
func NewKey(signer crypto.Signer, algorithm string) (*Key, error) {
	if algorithm == "" {
		for _, a := range algorithms {
			if a.Fits(signer.Public()) == nil {
				algorithm = a.Name
				break
			}
		}
	}
	a, known := FindAlgorithm(algorithm)
	if !known {
		return nil, fmt.Errorf("dpop: no algorithm %q for a key of type %T", algorithm, signer)
	}
	if err := a.Fits(signer.Public()); err != nil {
		return nil, fmt.Errorf("dpop: %w", err)
	}
	jwk, err := exportWithJWX(signer.Public())
	if err != nil {
		return nil, err
	}
	thumbprint, err := Thumbprint(jwk)
	if err != nil {
		return nil, fmt.Errorf("dpop: %w", err)
	}
	return &Key{Algorithm: algorithm, Thumbprint: thumbprint, signer: signer, jwk: jwk, text: jwk.JSON()}, nil
}

// WithAlgorithm returns the same key pair for another algorithm that fits it.
func (k *Key) WithAlgorithm(algorithm string) (*Key, error) { return NewKey(k.signer, algorithm) }

// JWK returns the public half (RFC 7517), a copy that may be changed.
func (k *Key) JWK() Object { return k.jwk.Clone() }

// PrivateJWK returns the key with its private members: the raw material of a
// forged proof that leaks its key (RFC 9449 §4.3, check 7). A signer that is none
// of the private keys of Go has no such members, which is an error.
func (k *Key) PrivateJWK() (Object, error) { return exportWithJWX(k.signer) }

// Public returns the public half.
func (k *Key) Public() crypto.PublicKey { return k.signer.Public() }

// Private returns the private half, for the places that must hand it on (PEM
// export, TLS). Never log it.
func (k *Key) Private() crypto.Signer { return k.signer }

// Sign returns the JWS signature of the input under the key's algorithm.
func (k *Key) Sign(input []byte) ([]byte, error) {
	return signWithJWX(k.Algorithm, k.signer, input)
}

// PEM returns the key as the PKCS#8 and SubjectPublicKeyInfo PEM blocks that
// environment files usually hold.
func (k *Key) PEM() (private, public string, err error) {
	der, err := x509.MarshalPKCS8PrivateKey(k.signer)
	if err != nil {
		return "", "", fmt.Errorf("dpop: %w", err)
	}
	if public, err = k.PublicPEM(); err != nil {
		return "", "", err
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), public, nil
}

// PublicPEM returns the public half as a SubjectPublicKeyInfo PEM block.
func (k *Key) PublicPEM() (string, error) {
	spki, err := x509.MarshalPKIXPublicKey(k.signer.Public())
	if err != nil {
		return "", fmt.Errorf("dpop: %w", err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: spki})), nil
}

// String names the key by algorithm and thumbprint alone.
func (k *Key) String() string { return k.Algorithm + " key " + k.Thumbprint }

// GoString is String. Like Format, LogValue and MarshalJSON it closes a way by
// which the private half could reach an output.
func (k *Key) GoString() string { return k.String() }

// Format prints the key like String under every verb.
func (k *Key) Format(f fmt.State, _ rune) { fmt.Fprint(f, k.String()) }

// LogValue implements slog.LogValuer.
func (k *Key) LogValue() slog.Value { return slog.StringValue(k.String()) }

// MarshalJSON writes the public JWK.
func (k *Key) MarshalJSON() ([]byte, error) { return k.jwk.JSON(), nil }
