package mockas

import (
	"encoding/json"
	"errors"
	"fmt"

	"encoding/base64"

	"github.com/dpopspec/dpopspec/dpop"
)

// parseJWKS reads the public keys of a JWK set (RFC 7517 §5).
func parseJWKS(text json.RawMessage) ([]*dpop.PublicKey, error) {
	set, err := dpop.ParseObject(text)
	if err != nil {
		return nil, fmt.Errorf("the JWK set: %w", err)
	}
	member, _ := set.Get("keys")
	var items []json.RawMessage
	if json.Unmarshal(member, &items) != nil || len(items) == 0 {
		return nil, errors.New("the JWK set has no array keys with a key in it")
	}
	var keys []*dpop.PublicKey
	for i, item := range items {
		jwk, err := dpop.ParseObject(item)
		if err != nil {
			return nil, fmt.Errorf("key %d of the JWK set: %w", i+1, err)
		}
		if private := dpop.PrivateMembers(jwk); len(private) > 0 {
			return nil, fmt.Errorf("key %d of the JWK set holds private members %v; register the public half",
				i+1, private)
		}
		key, err := dpop.ParsePublicKey(jwk)
		if err != nil {
			return nil, fmt.Errorf("key %d of the JWK set: %w", i+1, err)
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// registeredCertificates reads the first certificate of each key of a JWK set
// (x5c, RFC 7517 §4.7).
func registeredCertificates(set json.RawMessage) ([][]byte, error) {
	var document struct {
		Keys []struct {
			X5C []string `json:"x5c"`
		} `json:"keys"`
	}
	if err := json.Unmarshal(set, &document); err != nil {
		return nil, fmt.Errorf("the JWK set: %w", err)
	}
	var list [][]byte
	for i, key := range document.Keys {
		if len(key.X5C) == 0 {
			continue
		}
		der, err := base64.StdEncoding.DecodeString(key.X5C[0])
		if err != nil {
			return nil, fmt.Errorf("key %d of the JWK set: x5c: %w", i+1, err)
		}
		list = append(list, der)
	}
	if list == nil {
		return nil, errors.New("no key of the JWK set has a certificate; add x5c")
	}
	return list, nil
}
