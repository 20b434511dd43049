package client

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/dpopspec/dpopspec/dpop"
)

// kept is what outlives the process between sending a user away and their return.
type kept struct {
	State    string          `json:"state"`
	Nonce    string          `json:"nonce"`
	Verifier string          `json:"verifier"`
	Scope    string          `json:"scope,omitempty"`
	Audience string          `json:"audience,omitempty"`
	Bound    bool            `json:"bound"`
	Key      json.RawMessage `json:"key,omitempty"` // private JWK: the code is bound to it (RFC 9449 §10)
}

// Keep writes a login under way down, for a process that may end before the user
// returns. The text holds the code verifier and the private key that the code is
// bound to: keep it as you keep a refresh token.
func (a *Authorization) Keep() (string, error) {
	k := kept{
		State: a.State, Nonce: a.nonce, Verifier: a.verifier, Scope: a.options.Scope, Audience: a.options.Audience,
		Bound: a.key != nil,
	}
	if a.key != nil {
		jwk, err := a.key.PrivateJWK()
		if err != nil {
			return "", failureBy(err, KeyExportFailed, "the key pair of the login cannot be written down")
		}
		k.Key = jwk.JSON()
	}
	text, err := json.Marshal(k)
	return string(text), err
}

// Resume reads what Keep wrote. The login goes on with Exchange, in a Client with
// the same options.
func (c *Client) Resume(text string) (*Authorization, error) {
	var k kept
	if err := json.Unmarshal([]byte(text), &k); err != nil || k.State == "" || k.Verifier == "" {
		return nil, errors.New("this is no login that Keep wrote")
	}
	a := &Authorization{
		State: k.State, nonce: k.Nonce, verifier: k.Verifier,
		options: TokenOptions{Scope: k.Scope, Audience: k.Audience, UseDPoP: &k.Bound},
	}
	if !k.Bound {
		return a, nil
	}
	key, err := dpop.ParseJWK(k.Key)
	if err != nil {
		return nil, fmt.Errorf("the key pair of the login: %w", err)
	}
	if present, err := c.store.keyPair(); err == nil && present.Thumbprint == key.Thumbprint {
		key = present // so that its tokens are bound to a key in use
	} else {
		c.store.rotate(key)
	}
	a.key = key
	return a, nil
}
