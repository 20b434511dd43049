package dpop

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"math/big"
	"strings"
)

// ParsePEM reads a private key: PKCS#8 ("PRIVATE KEY"), SEC 1 ("EC PRIVATE
// KEY") or PKCS#1 ("RSA PRIVATE KEY"). The error names the form that was found
// and the remedy, never the material.
func ParsePEM(text []byte) (*Key, error) {
	block, err := onePEM(text)
	if err != nil {
		return nil, err
	}
	var parsed any
	switch block.Type {
	case "PRIVATE KEY":
		parsed, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	case "EC PRIVATE KEY":
		parsed, err = x509.ParseECPrivateKey(block.Bytes)
	case "RSA PRIVATE KEY":
		parsed, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	case "PUBLIC KEY", "RSA PUBLIC KEY":
		return nil, errors.New("this is a public key where a private key is needed")
	case "CERTIFICATE":
		return nil, errors.New("a PEM block of type CERTIFICATE holds a public key alone; give the private key")
	default:
		return nil, fmt.Errorf("a PEM block of type %q is not a private key; expected PRIVATE KEY (PKCS#8)", block.Type)
	}
	if err != nil {
		// x509's own errors can quote curve OIDs but never the key.
		return nil, fmt.Errorf("the PEM block %s does not hold a usable key: %w", block.Type, err)
	}
	signer, ok := parsed.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("a key of type %T cannot sign", parsed)
	}
	return NewKey(signer, "")
}

// ParsePublicPEM reads a public key as SubjectPublicKeyInfo ("PUBLIC KEY").
func ParsePublicPEM(text []byte) (crypto.PublicKey, error) {
	block, err := onePEM(text)
	if err != nil {
		return nil, err
	}
	if strings.Contains(block.Type, "PRIVATE") {
		return nil, errors.New("this is a private key where a public key is needed")
	}
	if block.Type != "PUBLIC KEY" {
		return nil, fmt.Errorf("a PEM block of type %q is not a public key; expected PUBLIC KEY (SPKI)", block.Type)
	}
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("the PEM block %s does not hold a usable key: %w", block.Type, err)
	}
	return key, nil
}

// anyPublicPEM reads the public key in a PEM block of whatever type has one.
func anyPublicPEM(text []byte) (crypto.PublicKey, error) {
	block, err := onePEM(text)
	if err != nil {
		return nil, err
	}
	var key crypto.PublicKey
	switch block.Type {
	case "CERTIFICATE":
		certificate, failed := x509.ParseCertificate(block.Bytes)
		if failed != nil {
			return nil, fmt.Errorf("the PEM block CERTIFICATE cannot be read: %w", failed)
		}
		return certificate.PublicKey, nil
	case "RSA PUBLIC KEY":
		key, err = x509.ParsePKCS1PublicKey(block.Bytes)
	case "PUBLIC KEY":
		return ParsePublicPEM(text)
	default:
		private, failed := ParsePEM(text)
		if failed != nil {
			return nil, failed
		}
		return private.Public(), nil
	}
	if err != nil {
		return nil, fmt.Errorf("the PEM block %s does not hold a usable key: %w", block.Type, err)
	}
	return key, nil
}

// ParseJWK reads a private key from a JWK (RFC 7517): EC, RSA or OKP with d.
func ParseJWK(text []byte) (*Key, error) {
	jwk, err := ParseObject(text)
	if err != nil {
		return nil, fmt.Errorf("the JWK cannot be read: %w", err)
	}
	public, err := ParsePublicKey(jwk)
	if err != nil {
		return nil, fmt.Errorf("the JWK is not usable: %w", err)
	}
	if !jwk.Has("d") {
		return nil, errors.New("the JWK holds only a public key; the member d is needed to sign")
	}
	d, err := jwk.Octets("d")
	if err != nil {
		return nil, err
	}
	signer, err := privateKey(public.Key, d, jwk)
	if err != nil {
		return nil, fmt.Errorf("the JWK is not usable: %w", err)
	}
	algorithm := ""
	if jwk.Has("alg") {
		if algorithm, err = jwk.Text("alg"); err != nil {
			return nil, err
		}
	}
	return NewKey(signer, algorithm)
}

func privateKey(public crypto.PublicKey, d []byte, jwk Object) (crypto.Signer, error) {
	mismatch := errors.New("d does not belong to the public members")
	switch p := public.(type) {
	case *ecdsa.PublicKey:
		key, err := ecdsa.ParseRawPrivateKey(p.Curve, d)
		if err != nil {
			return nil, fmt.Errorf("d: %w", err)
		}
		if !key.PublicKey.Equal(p) {
			return nil, mismatch
		}
		return key, nil
	case ed25519.PublicKey:
		if len(d) != ed25519.SeedSize {
			return nil, fmt.Errorf("d has %d octets, Ed25519 needs %d", len(d), ed25519.SeedSize)
		}
		key := ed25519.NewKeyFromSeed(d)
		if !key.Public().(ed25519.PublicKey).Equal(p) {
			return nil, mismatch
		}
		return key, nil
	case *rsa.PublicKey:
		return rsaPrivateKey(p, d, jwk)
	}
	return nil, fmt.Errorf("a key of type %T cannot be loaded", public)
}

func rsaPrivateKey(public *rsa.PublicKey, d []byte, jwk Object) (crypto.Signer, error) {
	key := &rsa.PrivateKey{PublicKey: *public, D: new(big.Int).SetBytes(d)}
	for _, name := range []string{"p", "q"} {
		prime, err := jwk.Octets(name)
		if err != nil {
			return nil, err
		}
		key.Primes = append(key.Primes, new(big.Int).SetBytes(prime))
	}
	if err := key.Validate(); err != nil {
		return nil, err
	}
	key.Precompute()
	return key, nil
}

// SameKey reports whether two public keys are one and the same.
func SameKey(a, b crypto.PublicKey) bool {
	k, ok := a.(interface{ Equal(crypto.PublicKey) bool })
	return ok && k.Equal(b)
}

// CurveName returns the JWK name of an EC key's curve, or the Go type of
// another key: what an error message calls it.
func CurveName(key crypto.PublicKey) string {
	switch k := key.(type) {
	case *ecdsa.PublicKey:
		if k.Curve == elliptic.P224() {
			return "P-224"
		}
		return k.Curve.Params().Name
	case *rsa.PublicKey:
		return "RSA"
	case ed25519.PublicKey:
		return "Ed25519"
	}
	return fmt.Sprintf("%T", key)
}
