package mockas

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

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

// audience reads aud (RFC 7519 §4.1.3); what is neither string nor list names nobody.
func (t *jwt) audience() Audience {
	if one, err := t.claims.Text("aud"); err == nil {
		return Audience{Names: []string{one}}
	}
	list := Audience{List: true}
	value, _ := t.claims.Get("aud")
	if json.Unmarshal(value, &list.Names) != nil {
		return Audience{}
	}
	return list
}

// isFor reports whether one of the audiences is one of those given.
func (t *jwt) isFor(accepted ...string) bool {
	return slices.ContainsFunc(t.audience().Names, func(a string) bool { return slices.Contains(accepted, a) })
}

// maxLifetime is how far the exp of a client's JWT may lie ahead.
const maxLifetime = time.Hour

// clockTolerance is how far a client's clock may be ahead or behind.
const clockTolerance = 30 * time.Second

// checkTimes honours exp, nbf and iat where they are (RFC 7519 §4.1) and
// returns until when the token is good.
func (t *jwt) checkTimes(now time.Time) (until time.Time, err error) {
	for _, name := range []string{"exp", "nbf", "iat"} {
		if !t.claims.Has(name) {
			continue
		}
		number, err := t.claims.Number(name)
		if err != nil {
			return until, err
		}
		at := time.Unix(int64(number), 0)
		switch {
		case name != "exp" && at.After(now.Add(clockTolerance)):
			return until, errors.New(name + " lies in the future")
		case name == "exp" && !now.Before(at.Add(clockTolerance)):
			return until, errors.New("exp is over")
		case name == "exp" && at.Sub(now) > maxLifetime+clockTolerance:
			return until, errors.New("exp is more than an hour away")
		case name == "exp":
			until = at.Add(clockTolerance)
		}
	}
	return until, nil
}
