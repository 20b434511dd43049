package dpop

import (
	"crypto/sha256"
	"fmt"
)

// thumbprintMembers are the required members by key type, in the
// lexicographic order that RFC 7638 §3.3 demands (RFC 7638 §3.2, RFC 8037 §2).
var thumbprintMembers = map[string][]string{
	"EC":  {"crv", "kty", "x", "y"},
	"RSA": {"e", "kty", "n"},
	"OKP": {"crv", "kty", "x"},
}

// Thumbprint returns the RFC 7638 SHA-256 thumbprint of a JWK in base64url,
// 43 characters: the value of cnf.jkt and dpop_jkt (RFC 9449 §6.1, §10). Only
// the required members count; optional and private ones, order, white space
// and escapes in the JSON text do not.
func Thumbprint(jwk Object) (string, error) {
	input, err := ThumbprintInput(jwk)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(input)
	return EncodeSegment(sum[:]), nil
}

// ThumbprintInput returns the octets that a thumbprint hashes: a JSON object of
// the required members alone (RFC 7638 §3.1, step 2). A key type that has no
// thumbprint here, or a required member that is missing, is an error.
func ThumbprintInput(jwk Object) ([]byte, error) {
	kty, err := jwk.Text("kty")
	if err != nil {
		return nil, err
	}
	names, known := thumbprintMembers[kty]
	if !known {
		return nil, fmt.Errorf("kty %q has no thumbprint here", kty)
	}
	var input Object
	for _, name := range names {
		value, err := jwk.Text(name)
		if err != nil {
			return nil, err
		}
		input.Add(name, value)
	}
	return input.JSON(), nil
}

// TokenHash returns the ath of an access token: the SHA-256 of its ASCII text
// in base64url, 43 characters (RFC 9449 §4.2).
func TokenHash(accessToken string) string {
	sum := sha256.Sum256([]byte(accessToken))
	return EncodeSegment(sum[:])
}
