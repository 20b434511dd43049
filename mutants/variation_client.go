package mutants

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/client"
	"github.com/dpopspec/dpopspec/dpop"
)

var clientVariations = []Variation{
	clientVariation("UUIDs with a time for jti, more claims, more in the key", []string{"RFC9449-4.2-16"},
		claim("jti", func(client.ProofRequest) any { return timedUUID() }),
		redraft(func(r client.ProofRequest, d *dpop.Draft) {
			jwk := r.Key.JWK()
			jwk.Prepend("kid", "a name")
			jwk.Add("use", "sig")
			jwk.Add("alg", r.Algorithm)
			d.Header.Set("jwk", jwk)
			d.Claims.Set("exp", r.Now.Unix()+60)
			d.Claims.Set("nbf", r.Now.Unix())
		}),
		// Requests that are redirected are not sent again.
		func(p *client.Policy) {
			p.Redirect = func(_, _ *url.URL) error { return errors.New("redirects are not followed") }
		}),
	clientVariation("goes on with a Bearer token, and proves each refresh all the same",
		[]string{"RFC9449-5-16", "AUTH0-FET-14"},
		goingOn),
	clientVariation("no dpop_jkt: the proof of a pushed request binds the code", []string{"RFC9449-10-08"},
		func(p *client.Policy) { p.Thumbprint = func(*dpop.Key) (string, error) { return "", nil } }),
	clientVariation("other spellings of numbers, URIs, schemes and fields, nonces by issuer", nil,
		claim("iat", func(r client.ProofRequest) any { return json.RawMessage(fmt.Sprintf("%d.25", r.Now.Unix())) }),
		redraft(func(_ client.ProofRequest, d *dpop.Draft) {
			htu, _ := d.Claims.Text("htu")
			d.Claims.Set("htu", strings.Replace(htu, "http://", "HTTP://", 1))
		}),
		represent(func(r *http.Request, c client.Credentials) {
			if c.Token != "" && c.Proof != "" {
				r.Header.Set("Authorization", "dpop  "+c.Token)
			}
			if c.Proof != "" {
				r.Header.Del("DPoP")
				r.Header["dpop"] = []string{c.Proof}
			}
		}),
		scoped(func(at client.Destination, target *url.URL) string {
			if at.Purpose.AtServer() {
				return "authorization server " + at.Base
			}
			return target.Scheme + "://" + target.Host
		})),
}

// timedUUID is a version 7 UUID (RFC 9562 §5.7).
func timedUUID() string {
	octets, _ := dpop.DecodeSegment(dpop.NewID())
	octets[6] = octets[6]&0x0f | 0x70
	octets[8] = octets[8]&0x3f | 0x80
	now := time.Now().UnixMilli()
	return fmt.Sprintf("%08x-%04x-%x-%x-%x", now>>16, now&0xffff, octets[6:8], octets[8:10], octets[10:])
}
