package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

// checkIDToken judges the claims of an ID token that came straight from the
// token endpoint (OpenID Connect Core §3.1.3.7). Its signature may be left
// unchecked there, for TLS vouches for the issuer. Times are compared within
// the clock tolerance.
func (c *Client) checkIDToken(text string, a *Authorization) error {
	claims, ok := jwtClaims(text)
	if !ok {
		return errors.New("the ID token is no JWT")
	}
	iss, _ := claims.Text("iss")
	if err := c.policy.Issuer(c.issuer(), iss); err != nil {
		return fmt.Errorf("the ID token: %w", err)
	}
	if audiences, _ := Audiences(text); !slices.Contains(audiences, c.options.ClientID) {
		return fmt.Errorf("the ID token is for %q, not for the client %s", audiences, quote(c.options.ClientID))
	}
	if raw, has := claims.Get("nonce"); a.openID() || has {
		var nonce string
		if json.Unmarshal(raw, &nonce) != nil || nonce != a.nonce {
			return errors.New("the nonce of the ID token is not that of the request: it belongs to another login")
		}
	}
	return c.checkTimes(claims)
}

// checkTimes judges exp and iat against the client's clock.
func (c *Client) checkTimes(claims dpop.Object) error {
	expires, err := claims.Number("exp")
	if err != nil {
		return fmt.Errorf("the ID token: %w", err)
	}
	issued, err := claims.Number("iat")
	if err != nil {
		return fmt.Errorf("the ID token: %w", err)
	}
	now, tolerance := float64(c.now().Unix()), c.settings.tolerance.Seconds()
	if now > expires+tolerance || issued > now+tolerance {
		return failure(ClockDrift,
			"the ID token holds from %s to %s, the client's clock with its skew says %s, %v are tolerated; "+
				"correct the clocks, or adjust %s or %s",
			numericDate(issued), numericDate(expires), numericDate(now), c.settings.tolerance,
			EnvClockSkew, EnvClockTolerance)
	}
	return nil
}

// numericDate is how an error writes a NumericDate (RFC 7519 §2).
func numericDate(seconds float64) string { return clockText(time.Unix(int64(seconds), 0)) }
