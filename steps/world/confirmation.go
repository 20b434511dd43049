package world

import "github.com/dpopspec/dpopspec/dpop"

// ReadClaims reads the claims of an access token that is a signed JWT. What they say
// is the authorization server's word about its own token: the signature tells nothing
// more here.
func ReadClaims(token string) (dpop.Object, bool) {
	header, payload, _, err := dpop.SplitCompact(token, dpop.DecodeSegment)
	if err != nil {
		return nil, false
	}
	if _, err := dpop.ParseObject(header); err != nil {
		return nil, false
	}
	claims, err := dpop.ParseObject(payload)
	return claims, err == nil
}

// Confirmation reads cnf.jkt (RFC 9449 §6.1), strictly; empty if there is none.
func Confirmation(claims dpop.Object) string {
	value, found := claims.Get("cnf")
	if !found {
		return ""
	}
	cnf, err := dpop.ParseObject(value)
	if err != nil {
		return ""
	}
	jkt, _ := cnf.Text("jkt")
	return jkt
}

// confirmedBy is the key that an access token says it is bound to; empty if it is no
// JWT, or says nothing.
func confirmedBy(token string) string {
	claims, isJWT := ReadClaims(token)
	if !isJWT {
		return ""
	}
	return Confirmation(claims)
}
