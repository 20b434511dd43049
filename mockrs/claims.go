package mockrs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
)

// validateToken validates an access token: a JWT by RFC 9068 §4, any other by
// introspection (RFC 7662).
func validateToken(ctx context.Context, a *API, token string) (*Token, error) {
	claims, err := a.ReadClaims(ctx, token)
	if err != nil {
		return nil, err
	}
	if err := a.CheckClaims(claims); err != nil {
		return nil, err
	}
	return a.ReadToken(claims), nil
}

// ReadToken gathers what an API needs from the claims.
func (a *API) ReadToken(claims dpop.Object) *Token {
	scope, _ := claims.Text("scope")
	return &Token{
		Claims:       claims,
		Audience:     textOrList(claims, "aud"),
		Scope:        strings.Fields(scope),
		Confirmation: a.Policy.Confirmation(claims),
	}
}

// CheckClaims demands issuer, audience and lifetime.
func (a *API) CheckClaims(claims dpop.Object) error {
	if issuer, err := claims.Text("iss"); err != nil || issuer != a.Issuer {
		return errors.New("the access token comes from another issuer")
	}
	if !slices.Contains(textOrList(claims, "aud"), a.Audience) {
		return errors.New(`unexpected JWT "aud" (audience) claim value`)
	}
	now := float64(a.Clock().Unix())
	expires, err := claims.Number("exp")
	if err != nil {
		return err
	}
	if now >= expires {
		return errors.New("the access token has expired")
	}
	if claims.Has("nbf") {
		if from, err := claims.Number("nbf"); err != nil || now < from {
			return errors.New("the access token is not valid yet")
		}
	}
	return nil
}

// ReadClaims returns the claims of an access token whose origin is certain: a
// JWT signed by the issuer, or an opaque one that introspection calls active.
func (a *API) ReadClaims(ctx context.Context, token string) (dpop.Object, error) {
	if strings.Count(token, ".") == 2 {
		return a.ReadJWT(ctx, token)
	}
	if a.Introspect == nil {
		return nil, errors.New("this API takes JWT access tokens alone")
	}
	answer, err := a.Introspect(ctx, token)
	if err != nil {
		return nil, fmt.Errorf("introspection failed: %w", err)
	}
	if active, _ := answer.Get("active"); string(active) != "true" {
		return nil, errors.New("the access token is not active")
	}
	if !answer.Has("iss") { // optional there (RFC 7662 §2.2): it is the one that was asked
		answer.Set("iss", a.Issuer)
	}
	return answer, nil
}

func textOrList(claims dpop.Object, name string) []string {
	if text, err := claims.Text(name); err == nil {
		return []string{text}
	}
	var list []string
	value, _ := claims.Get(name)
	if json.Unmarshal(value, &list) != nil {
		return nil
	}
	return list
}
