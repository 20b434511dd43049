package mockrs

import (
	"context"
	"errors"
	"fmt"
	"strings"

	jose "github.com/go-jose/go-jose/v4"

	"github.com/dpopspec/dpopspec/dpop"
)

// ReadJWT verifies the signature and the type of a JWT access token and
// returns its claims (RFC 9068 §4).
func (a *API) ReadJWT(ctx context.Context, token string) (dpop.Object, error) {
	header, claims, err := a.VerifyJWT(ctx, token)
	if err != nil {
		return nil, err
	}
	typ, _ := header.Text("typ")
	if strings.TrimPrefix(strings.ToLower(typ), "application/") != "at+jwt" {
		return nil, fmt.Errorf("typ %q is not that of an access token (RFC 9068 §4)", typ)
	}
	return claims, nil
}

// VerifyJWT verifies the signature of a JWT of any type with the issuer's keys
// and returns its header and claims. Critical extensions are refused, since
// none is known here (RFC 7515 §4.1.11).
func (a *API) VerifyJWT(ctx context.Context, token string) (header, claims dpop.Object, err error) {
	keys, err := a.Keys(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("the issuer's keys: %w", err)
	}
	if known, found := a.verified.find(token, keys); found {
		return known.header, known.claims, nil
	}
	if header, err = jwtHeader(token); err != nil {
		return nil, nil, err
	}
	if header.Has("crit") {
		return nil, nil, errors.New("the header of the token asks for an extension that is not known here")
	}
	alg, err := header.Text("alg")
	if err != nil {
		return nil, nil, err
	}
	if _, known := dpop.FindAlgorithm(alg); !known {
		return nil, nil, fmt.Errorf("alg %q is not an asymmetric signature algorithm", alg)
	}
	payload, key, err := verify(token, jose.SignatureAlgorithm(alg), keys)
	if err != nil {
		return nil, nil, err
	}
	if claims, err = dpop.ParseObject(payload); err != nil {
		return nil, nil, err
	}
	a.verified.add(token, signed{header, claims, key})
	return header, claims, nil
}

func jwtHeader(token string) (dpop.Object, error) {
	head, _, _, err := dpop.SplitCompact(token, dpop.DecodeSegment)
	if err != nil {
		return nil, fmt.Errorf("the token: %w", err)
	}
	header, err := dpop.ParseObject(head)
	if err != nil {
		return nil, fmt.Errorf("the header of the token: %w", err)
	}
	return header, nil
}

// verify returns the payload of a JWS and the thumbprint of the key that made
// its signature.
func verify(token string, alg jose.SignatureAlgorithm, keys []dpop.PublicKey) (payload []byte, key string, err error) {
	dpop.TallyVerification(string(alg))
	object, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{alg})
	if err != nil {
		return nil, "", errors.New("the access token is no JWS")
	}
	for _, key := range keys {
		if payload, err := object.Verify(key.Key); err == nil {
			return payload, key.Thumbprint, nil
		}
	}
	return nil, "", errors.New("the signature of the access token does not verify with a key of the issuer")
}
