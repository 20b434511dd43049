package world

import (
	"encoding/json"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// IssuerKeys returns the public keys of the authorization server, which anybody can
// read (RFC 8414 §2: jwks_uri). Where it shows none, a case that needs one does not
// apply.
func (w *World) IssuerKeys() ([]dpop.Object, error) {
	if w.EmbeddedAS() {
		as, err := w.AS()
		if err != nil {
			return nil, err
		}
		return []dpop.Object{as.Key().JWK()}, nil
	}
	metadata, err := w.Metadata()
	if err != nil {
		return nil, err
	}
	if metadata.JWKS == "" {
		return nil, NotApplicablef("the metadata of the authorization server name no jwks_uri")
	}
	if err := w.Session.Reaches(metadata.JWKS); err != nil {
		return nil, NotApplicablef("the keys of the authorization server cannot be read: %v", err)
	}
	text, err := w.Session.FindOut("the keys at "+metadata.JWKS, func() (string, error) {
		e, err := w.Send("the public keys of the authorization server", wire.Request{Method: "GET", URL: metadata.JWKS})
		if err != nil {
			return "", err
		}
		return string(e.Reply), nil
	})
	if err != nil {
		return nil, err
	}
	return keysIn(text)
}

// keysIn reads the keys of a JWK set (RFC 7517 §5).
func keysIn(text string) ([]dpop.Object, error) {
	set, err := dpop.ParseObject([]byte(text))
	if err != nil {
		return nil, NotApplicablef("the JWK set of the authorization server cannot be read: %v", err)
	}
	var members []json.RawMessage
	list, _ := set.Get("keys")
	if err := json.Unmarshal(list, &members); err != nil || len(members) == 0 {
		return nil, NotApplicablef("the JWK set of the authorization server has no keys")
	}
	var keys []dpop.Object
	for _, member := range members {
		if key, err := dpop.ParseObject(member); err == nil {
			keys = append(keys, key)
		}
	}
	return keys, nil
}
