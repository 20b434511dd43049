package dpop

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/dpopspec/dpopspec/internal/plaintext"
)

// ParseKey reads a private key, PEM or JWK, in any encoding of text.
func ParseKey(text []byte) (*Key, error) {
	text, isJSON, err := keyText(text)
	if err != nil {
		return nil, err
	}
	if !isJSON {
		return ParsePEM(text)
	}
	if keys, err := keySet(text); err != nil {
		return nil, err
	} else if keys != nil {
		return nil, fmt.Errorf("this is a JWK Set of %d keys; give one of them alone", len(keys))
	}
	return ParseJWK(text)
}

// keyText is the text of a key in UTF-8, and whether it is JSON.
func keyText(data []byte) (text []byte, isJSON bool, err error) {
	if len(data) > 0 && data[0] == 0x30 && !utf8.Valid(data) {
		return nil, false, errors.New("no PEM block found" + formHint(data))
	}
	decoded, err := plaintext.Decode(data)
	if err != nil {
		return nil, false, err
	}
	trimmed := strings.TrimSpace(decoded)
	return []byte(decoded), strings.HasPrefix(trimmed, "{") || strings.HasPrefix(trimmed, "["), nil
}

// keySet returns the keys of a JWK Set (RFC 7517 §5); nil if a text is none.
func keySet(text []byte) ([]Object, error) {
	set, err := ParseObject(text)
	if err != nil {
		return nil, fmt.Errorf("the JWK cannot be read: %w", err)
	}
	value, found := set.Get("keys")
	if !found || set.Has("kty") {
		return nil, nil
	}
	var list []json.RawMessage
	if err := json.Unmarshal(value, &list); err != nil {
		return nil, errors.New("keys of the JWK Set is no array")
	}
	keys := make([]Object, len(list))
	for i, one := range list {
		if keys[i], err = ParseObject(one); err != nil {
			return nil, fmt.Errorf("key %d of the JWK Set: %w", i+1, err)
		}
	}
	return keys, nil
}

// Printed is the thumbprint of a key, with the kid that its JWK gives it.
type Printed struct{ Thumbprint, KeyID string }

// Thumbprints returns the thumbprints of the keys in a text: of a private or public
// key or a certificate (PEM), a JWK, or each key of a JWK Set. A key that is not
// written as it must be has no thumbprint that others would find, which is an error.
func Thumbprints(text []byte) ([]Printed, error) {
	text, isJSON, err := keyText(text)
	if err != nil {
		return nil, err
	}
	if !isJSON {
		key, err := anyPublicPEM(text)
		if err != nil {
			return nil, err
		}
		jwk, err := exportWithJWX(key)
		if err != nil {
			return nil, err
		}
		printed, err := thumbprintOf(jwk)
		return []Printed{printed}, err
	}
	keys, err := keySet(text)
	switch {
	case err != nil:
		return nil, err
	case keys == nil:
		jwk, err := ParseObject(text)
		if err != nil {
			return nil, fmt.Errorf("the JWK cannot be read: %w", err)
		}
		printed, err := thumbprintOf(jwk)
		return []Printed{printed}, err
	case len(keys) == 0:
		return nil, errors.New("the JWK Set holds no key")
	}
	var list []Printed
	for i, jwk := range keys {
		printed, err := thumbprintOf(jwk)
		if err != nil {
			return nil, fmt.Errorf("key %d of the JWK Set: %w", i+1, err)
		}
		list = append(list, printed)
	}
	return list, nil
}

func thumbprintOf(jwk Object) (Printed, error) {
	key, err := ParsePublicKey(jwk)
	if err != nil {
		return Printed{}, fmt.Errorf("the JWK is not usable: %w", err)
	}
	kid, _ := jwk.Text("kid")
	return Printed{key.Thumbprint, kid}, nil
}
