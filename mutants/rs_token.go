package mutants

import (
	"context"
	"errors"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockrs"
)

// tokenBugs are bugs in validating the access token beside its proof.
var tokenBugs = []row{
	{id: "RS-018", variant: "lifetime-and-audience", does: "lifetime and audience of the token are not checked",
		breaks: ids{"RFC9449-3-01", "RFC8707-2-02"}, change: inAPI(func(c *mockrs.Config) {
			c.Policy.Token = func(ctx context.Context, a *mockrs.API, token string) (*mockrs.Token, error) {
				claims, err := a.ReadClaims(ctx, token)
				if err != nil {
					return nil, err
				}
				return a.ReadToken(claims), nil
			}
		})},
	{id: "RS-018", variant: "audience", does: "the audience of the token is not checked",
		breaks: ids{"RFC9449-3-01", "RFC8707-2-02"},
		change: fitting(func(a *mockrs.API, claims *dpop.Object) { claims.Set("aud", a.Audience) })},
	{id: "RS-018", variant: "audience-prefix", does: "the audience may be what the API's own begins with",
		breaks: ids{"RFC8707-2-02"}, change: fitting(func(a *mockrs.API, claims *dpop.Object) {
			if aud, err := claims.Text("aud"); err == nil && aud != "" && strings.HasPrefix(a.Audience, aud) {
				claims.Set("aud", a.Audience)
			}
		})},
	{id: "RS-018", variant: "issuer-prefix", does: "the issuer may begin like its own", breaks: ids{"RFC9068-4-01"},
		change: fitting(func(a *mockrs.API, claims *dpop.Object) {
			if iss, err := claims.Text("iss"); err == nil && strings.HasPrefix(iss, a.Issuer) {
				claims.Set("iss", a.Issuer)
			}
		})},
	{id: "RS-020", does: "an ID token is accepted", breaks: ids{"RFC9068-4-02"},
		change: inAPI(func(c *mockrs.Config) {
			honest := c.Policy.Token
			c.Policy.Token = func(ctx context.Context, a *mockrs.API, token string) (*mockrs.Token, error) {
				claims, err := idToken(ctx, a, token)
				if err != nil {
					return honest(ctx, a, token)
				}
				return a.ReadToken(claims), nil
			}
		})},
}

// fitting checks the claims of a token after they were made to fit.
func fitting(fit func(a *mockrs.API, claims *dpop.Object)) inAPI {
	return func(c *mockrs.Config) {
		c.Policy.Token = func(ctx context.Context, a *mockrs.API, token string) (*mockrs.Token, error) {
			claims, err := a.ReadClaims(ctx, token)
			if err != nil {
				return nil, err
			}
			fitted := claims.Clone()
			fit(a, &fitted)
			if err := a.CheckClaims(fitted); err != nil {
				return nil, err
			}
			return a.ReadToken(claims), nil
		}
	}
}

// idToken takes a token of the issuer of any type and audience, if it was
// issued for a login.
func idToken(ctx context.Context, a *mockrs.API, token string) (dpop.Object, error) {
	_, claims, err := a.VerifyJWT(ctx, token)
	if err != nil {
		return nil, err
	}
	if !claims.Has("nonce") || !claims.Has("auth_time") {
		return nil, errors.New("not an ID token")
	}
	return claims, nil
}
