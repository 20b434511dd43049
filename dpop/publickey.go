package dpop

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"errors"
	"fmt"
	"math/big"
)

// The bounds of an RSA key in a proof. RFC 7518 §3.3 demands at least 2048
// bits; the upper bound only limits what one request may cost a server.
const (
	minRSABits = 2048
	maxRSABits = 8192
)

// privateMembers are the JWK members that hold private or symmetric key
// material (RFC 7518 §6.2.2, §6.3.2, §6.4.1; RFC 8037 §2).
var privateMembers = []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k"}

// ErrNotOnCurve is what ParsePublicKey says of an EC key whose coordinates are
// no point of its curve (RFC 7518 §6.2.2; RFC 8725 §3.4).
var ErrNotOnCurve = errors.New("the point does not lie on the curve")

// PublicKey is a public key read strictly from a JWK (RFC 7517).
type PublicKey struct {
	JWK        Object
	Key        crypto.PublicKey
	Thumbprint string // RFC 7638, SHA-256
}

// PrivateMembers names the members of a JWK that hold private key material.
func PrivateMembers(jwk Object) []string {
	var found []string
	for _, name := range privateMembers {
		if jwk.Has(name) {
			found = append(found, name)
		}
	}
	return found
}

// ParsePublicKey reads the public key in a JWK: EC on P-256, P-384 or P-521,
// RSA, or OKP with Ed25519. Every required member must be there in its one
// canonical spelling (RFC 7518 §6.2.1, §6.3.1; RFC 8037 §2), so that a key has
// one text and one thumbprint. Unknown members are ignored (RFC 7517 §4).
func ParsePublicKey(jwk Object) (*PublicKey, error) {
	kty, err := jwk.Text("kty")
	if err != nil {
		return nil, err
	}
	var key crypto.PublicKey
	switch kty {
	case "EC":
		key, err = parseEC(jwk)
	case "RSA":
		key, err = parseRSA(jwk)
	case "OKP":
		key, err = parseOKP(jwk)
	default:
		err = fmt.Errorf("kty %q is not an asymmetric key type that is supported", kty)
	}
	if err != nil {
		return nil, err
	}
	thumbprint, err := Thumbprint(jwk)
	if err != nil {
		return nil, err
	}
	return &PublicKey{JWK: jwk, Key: key, Thumbprint: thumbprint}, nil
}

// curveOf holds the curves of RFC 7518 §6.2.1.1 by their crv.
var curveOf = map[string]elliptic.Curve{"P-256": elliptic.P256(), "P-384": elliptic.P384(), "P-521": elliptic.P521()}

func parseEC(jwk Object) (crypto.PublicKey, error) {
	crv, err := jwk.Text("crv")
	if err != nil {
		return nil, err
	}
	curve, known := curveOf[crv]
	if !known {
		return nil, fmt.Errorf("crv %q is not supported", crv)
	}
	point := append(make([]byte, 0, 1+2*66), 4) // SEC 1 §2.3.3, uncompressed
	for _, name := range []string{"x", "y"} {
		coordinate, err := jwk.Octets(name)
		if err != nil {
			return nil, err
		}
		if want := (curve.Params().BitSize + 7) / 8; len(coordinate) != want {
			return nil, fmt.Errorf("%s has %d octets, %s needs %d (RFC 7518 §6.2.1.2)",
				name, len(coordinate), crv, want)
		}
		point = append(point, coordinate...)
	}
	key, err := ecdsa.ParseUncompressedPublicKey(curve, point)
	if err != nil {
		return nil, ErrNotOnCurve
	}
	return key, nil
}

func parseRSA(jwk Object) (crypto.PublicKey, error) {
	var numbers [2]*big.Int
	for i, name := range []string{"n", "e"} {
		data, err := jwk.Octets(name)
		if err != nil {
			return nil, err
		}
		if len(data) == 0 || data[0] == 0 {
			return nil, fmt.Errorf("%s is empty or has a leading zero octet (RFC 7518 §6.3.1)", name)
		}
		numbers[i] = new(big.Int).SetBytes(data)
	}
	n, e := numbers[0], numbers[1]
	if bits := n.BitLen(); bits < minRSABits || bits > maxRSABits {
		return nil, fmt.Errorf("the RSA modulus has %d bits; %d to %d are accepted (RFC 7518 §3.3)",
			bits, minRSABits, maxRSABits)
	}
	if n.Bit(0) == 0 {
		return nil, errors.New("the RSA modulus is even")
	}
	if !e.IsInt64() || e.Int64() < 3 || e.Int64() > 1<<31-1 || e.Bit(0) == 0 {
		return nil, errors.New("the RSA exponent is even, 1 or too large")
	}
	return &rsa.PublicKey{N: n, E: int(e.Int64())}, nil
}

func parseOKP(jwk Object) (crypto.PublicKey, error) {
	crv, err := jwk.Text("crv")
	if err != nil {
		return nil, err
	}
	if crv != "Ed25519" {
		return nil, fmt.Errorf("crv %q is not supported for signatures", crv)
	}
	x, err := jwk.Octets("x")
	if err != nil {
		return nil, err
	}
	if len(x) != ed25519.PublicKeySize {
		return nil, fmt.Errorf("x has %d octets, Ed25519 needs %d (RFC 8037 §2)", len(x), ed25519.PublicKeySize)
	}
	return ed25519.PublicKey(x), nil
}
