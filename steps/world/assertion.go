package world

import (
	"net/url"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/target"
)

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// assertionLifetime is short, since each assertion serves one request, and
// leaves room for a clock that is somewhat off.
const assertionLifetime = 2 * time.Minute

// asserts completes a form request with a client assertion (RFC 7523 §2.2, §3),
// a new one each time it is sent: also the second request, after a nonce
// challenge, needs a jti of its own.
func asserts(client target.RegisteredClient, address string) func(*wire.Request, time.Time) error {
	return func(r *wire.Request, now time.Time) error {
		audience := client.AssertionAudience
		if audience == "" { // the issuer of an embedded server
			audience = OriginOf(address)
		}
		var header, claims dpop.Object
		header.Add("alg", client.Key.Algorithm)
		header.Add("typ", "JWT")
		if client.KeyID != "" {
			header.Add("kid", client.KeyID)
		}
		claims.Add("iss", client.ID)
		claims.Add("sub", client.ID)
		claims.Add("aud", audience)
		claims.Add("jti", dpop.NewID())
		claims.Add("iat", now.Unix())
		claims.Add("exp", now.Add(assertionLifetime).Unix())
		assertion, err := dpop.SignCompact(client.Key, header.JSON(), claims.JSON())
		if err != nil {
			return err
		}
		more := url.Values{"client_assertion_type": {assertionType}, "client_assertion": {assertion}}.Encode()
		if len(r.Body) > 0 {
			more = "&" + more
		}
		r.Body = append(r.Body[:len(r.Body):len(r.Body)], more...)
		return nil
	}
}
