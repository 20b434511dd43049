package mockrs

import (
	"context"
	"errors"
	"slices"
)

// solidAudience is every storage server.
const solidAudience = "solid"

// ValidateWebID validates a bound ID token of the scope webid (Solid-OIDC), and any
// other token as validateToken does.
func ValidateWebID(ctx context.Context, a *API, token string) (*Token, error) {
	header, claims, err := a.VerifyJWT(ctx, token)
	if err != nil || !claims.Has("webid") {
		return validateToken(ctx, a, token)
	}
	if typ, _ := header.Text("typ"); typ == "at+jwt" {
		return validateToken(ctx, a, token)
	}
	if issuer, err := claims.Text("iss"); err != nil || issuer != a.Issuer {
		return nil, errors.New("the ID token comes from another issuer")
	}
	if !slices.Contains(textOrList(claims, "aud"), solidAudience) {
		return nil, errors.New("the ID token is not for storage servers")
	}
	if expires, err := claims.Number("exp"); err != nil || float64(a.Clock().Unix()) >= expires {
		return nil, errors.New("the ID token has expired")
	}
	t := a.ReadToken(claims)
	if !t.Confirmation.Present {
		return nil, errors.New("the ID token is bound to no key")
	}
	return t, nil
}
