package mockas

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/dpopspec/dpopspec/dpop"
)

// jwt is a signed JWT that a client sent, verified.
type jwt struct {
	header, claims dpop.Object
}

// readJWT reads a JWT strictly and verifies it with one of the client's keys.
// Duplicate members, critical extensions and symmetric algorithms are refused.
func readJWT(text string, keys []*dpop.PublicKey) (*jwt, error) {
	header, payload, signature, err := dpop.SplitCompact(text, dpop.DecodeSegment)
	if err != nil {
		return nil, err
	}
	var t jwt
	if t.header, err = dpop.ParseObject(header); err != nil {
		return nil, fmt.Errorf("the header: %w", err)
	}
	if t.claims, err = dpop.ParseObject(payload); err != nil {
		return nil, fmt.Errorf("the payload: %w", err)
	}
	if t.header.Has("crit") || t.header.Has("b64") {
		return nil, errors.New("the header asks for an extension that is not known here")
	}
	alg, err := t.header.Text("alg")
	if err != nil {
		return nil, err
	}
	algorithm, known := dpop.FindAlgorithm(alg)
	if !known {
		return nil, errors.New("alg is not an asymmetric signature algorithm")
	}
	signed := dpop.Proof{Text: text, Signature: signature, Algorithm: algorithm}
	for _, key := range keys {
		if algorithm.Fits(key.Key) == nil && dpop.VerifySignature(&signed, key.Key) == nil {
			return &t, nil
		}
	}
	return nil, errors.New("the signature does not verify with a registered key of the client")
}

// is reports whether a claim is exactly that string.
func (t *jwt) is(name, value string) bool {
	text, err := t.claims.Text(name)
	return err == nil && text == value
}

// isFor reports whether one of the audiences is one of those given (RFC 7519 §4.1.3).
func (t *jwt) isFor(accepted ...string) bool {
	value, _ := t.claims.Get("aud")
	var several []string
	if one, err := t.claims.Text("aud"); err == nil {
		several = []string{one}
	} else if json.Unmarshal(value, &several) != nil {
		return false
	}
	return slices.ContainsFunc(several, func(a string) bool { return slices.Contains(accepted, a) })
}

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
			return nil, fmt.Errorf("key %d of the JWK set holds private members %v; register the public half", i+1, private)
		}
		key, err := dpop.ParsePublicKey(jwk)
		if err != nil {
			return nil, fmt.Errorf("key %d of the JWK set: %w", i+1, err)
		}
		keys = append(keys, key)
	}
	return keys, nil
}
