package mutants

import (
	"context"
	"errors"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockrs"
)

// tokenBugs are bugs in validating the access token beside its proof.
var tokenBugs = []apiBug{
	{"RS-018", "lifetime and audience of the token are not checked", []string{"RFC9449-3-01", "RFC8707-2-02"},
		apiPolicy(func(p *mockrs.Policy) {
			p.Token = func(ctx context.Context, a *mockrs.API, token string) (*mockrs.Token, error) {
				claims, err := a.ReadClaims(ctx, token)
				if err != nil {
					return nil, err
				}
				return a.ReadToken(claims), nil
			}
		})},
	{"RS-018", "the audience of the token is not checked", []string{"RFC9449-3-01", "RFC8707-2-02"},
		apiPolicy(func(p *mockrs.Policy) {
			p.Token = func(ctx context.Context, a *mockrs.API, token string) (*mockrs.Token, error) {
				claims, err := a.ReadClaims(ctx, token)
				if err != nil {
					return nil, err
				}
				judged := claims.Clone()
				judged.Set("aud", a.Audience)
				if err := a.CheckClaims(judged); err != nil {
					return nil, err
				}
				return a.ReadToken(claims), nil
			}
		})},
	{"RS-018", "the audience may be what the API's own begins with", []string{"RFC8707-2-02"},
		judged("aud", func(a *mockrs.API, aud string) bool { return aud != "" && strings.HasPrefix(a.Audience, aud) }, func(a *mockrs.API) string { return a.Audience })},
	{"RS-018", "the issuer may begin like its own", []string{"RFC9068-4-01"},
		judged("iss", func(a *mockrs.API, iss string) bool { return strings.HasPrefix(iss, a.Issuer) }, func(a *mockrs.API) string { return a.Issuer })},
	{"RS-020", "an ID token is accepted", []string{"RFC9068-4-02"},
		apiPolicy(func(p *mockrs.Policy) {
			honest := p.Token
			p.Token = func(ctx context.Context, a *mockrs.API, token string) (*mockrs.Token, error) {
				claims, err := idToken(ctx, a, token)
				if err != nil {
					return honest(ctx, a, token)
				}
				return a.ReadToken(claims), nil
			}
		})},
}

// judged takes one more text of a claim for the right one.
func judged(name string, takes func(a *mockrs.API, text string) bool, right func(*mockrs.API) string) func(*mockrs.Config) {
	return apiPolicy(func(p *mockrs.Policy) {
		p.Token = func(ctx context.Context, a *mockrs.API, token string) (*mockrs.Token, error) {
			claims, err := a.ReadClaims(ctx, token)
			if err != nil {
				return nil, err
			}
			lenient := claims.Clone()
			if text, err := claims.Text(name); err == nil && takes(a, text) {
				lenient.Set(name, right(a))
			}
			if err := a.CheckClaims(lenient); err != nil {
				return nil, err
			}
			return a.ReadToken(claims), nil
		}
	})
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
