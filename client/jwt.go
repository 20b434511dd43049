package client

import (
	"encoding/json"

	"github.com/dpopspec/dpopspec/dpop"
)

// Audiences returns the aud of a JWT access token, unverified, for display and
// for explaining a refusal: to the client, an access token is opaque (RFC 9068
// §6). known is false if the token is no JWT or has no readable aud.
func Audiences(token string) (audiences []string, known bool) {
	claims, ok := jwtClaims(token)
	if !ok {
		return nil, false
	}
	raw, has := claims.Get("aud")
	if !has {
		return nil, false
	}
	var one string
	if json.Unmarshal(raw, &one) == nil {
		return []string{one}, true
	}
	return audiences, json.Unmarshal(raw, &audiences) == nil
}

// jwtClaims returns the claims of a JWT, unverified.
func jwtClaims(token string) (dpop.Object, bool) {
	_, payload, _, err := dpop.SplitCompact(token, dpop.DecodeSegment)
	if err != nil {
		return nil, false
	}
	claims, err := dpop.ParseObject(payload)
	return claims, err == nil
}

// boundJWT reports whether a JWT access token says that it is bound to a key (RFC
// 9449 §6.1).
func boundJWT(token string) bool {
	claims, ok := jwtClaims(token)
	if !ok {
		return false
	}
	raw, _ := claims.Get("cnf")
	confirmation, err := dpop.ParseObject(raw)
	return err == nil && confirmation.Has("jkt")
}
