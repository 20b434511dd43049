package mutants

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dpopspec/dpopspec/client"
	"github.com/dpopspec/dpopspec/dpop"
)

var clientVariations = []Variation{
	clientVariation("UUIDs with a time for jti, more claims, more in the key, each call refreshes by itself",
		[]string{"RFC9449-4.2-16", "RFC9700-4.14-01"},
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
		},
		func(p *client.Policy) { p.MaxAcquisitions = 16 },
		// A body that can be read once is not sent again: the call ends in an error.
		bodiesOnce),
	clientVariation("goes on with a Bearer token, and proves each refresh all the same",
		[]string{"RFC9449-5-16", "AUTH0-FET-14"},
		goingOn),
	clientVariation("no dpop_jkt: the proof of a pushed request binds the code", []string{"RFC9449-10-08"},
		func(p *client.Policy) { p.Thumbprint = func(*dpop.Key) (string, error) { return "", nil } }),
	oneAtATime(clientVariation("other spellings of numbers, URIs, schemes and fields, nonces by issuer, one request "+
		"at a time", nil,
		claim("iat", func(r client.ProofRequest) any { return json.RawMessage(fmt.Sprintf("%d.25", r.Now.Unix())) }),
		redraft(func(_ client.ProofRequest, d *dpop.Draft) {
			htu, _ := d.Claims.Text("htu")
			htu = strings.NewReplacer("%7E", "~", "%C3", "%c3").Replace(htu) // RFC 3986 §6.2.2
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
		}))),
	clientVariation("scopes in another order, its own code for settings, the language of whom it serves, parameters of "+
		"its own for the authorization server", nil,
		sayingMore,
		inClient(func(p *client.Policy) {
			p.Scope = func(asked string) string {
				scopes := strings.Fields(asked)
				slices.Reverse(scopes)
				return strings.Join(scopes, " ")
			}
		}),
		failsOver(func(e *client.DPoPError) error {
			return &client.DPoPError{Code: "DPOP_KEY_PAIR_UNUSABLE", Message: e.Message}
		}),
		inClient(func(p *client.Policy) {
			p.Inherit = func(out, serving *http.Request) {
				if language := serving.Header.Get("Accept-Language"); language != "" {
					out.Header.Set("Accept-Language", language)
				}
			}
		})),
}

// sayingMore names the API in both ways and says what the client is, as SDKs do; a
// server ignores parameters that it does not know (RFC 6749 §3.1 and §3.2).
func sayingMore(p *client.Policy) {
	authenticate := p.Authenticate
	p.Authenticate = func(o *client.Options, now time.Time, header http.Header, form url.Values) error {
		for name, other := range map[string]string{"resource": "audience", "audience": "resource"} {
			if form.Has(name) && !form.Has(other) {
				form.Set(other, form.Get(name))
			}
		}
		form.Set("client_info", "1")
		form.Set("x-client-sku", "example 1.2")
		return authenticate(o, now, header, form)
	}
}

// bodiesOnce keeps no body that net/http cannot rewind.
func bodiesOnce(p *client.Policy) {
	honest := p.Body
	p.Body = func(r *http.Request) (func() (io.ReadCloser, error), int64, error) {
		if r.Body == nil || r.GetBody != nil {
			return honest(r)
		}
		sent := false
		return func() (io.ReadCloser, error) {
			if sent {
				return nil, errors.New("the body of the request was read, it cannot be sent again")
			}
			sent = true
			return r.Body, nil
		}, r.ContentLength, nil
	}
}

// oneAtATime lets a client send a request when the one before has been answered,
// whichever call and whichever session they belong to.
func oneAtATime(v Variation) Variation {
	change := v.Parts.Client
	v.Parts.Client = func(o *client.Options) {
		change(o)
		serial := *o.HTTP
		serial.Transport = &oneByOne{next: serial.Transport}
		o.HTTP = &serial
	}
	return v
}

// oneByOne is a transport that has one request under way.
type oneByOne struct {
	turn sync.Mutex
	next http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (t *oneByOne) RoundTrip(r *http.Request) (*http.Response, error) {
	t.turn.Lock()
	defer t.turn.Unlock()
	return t.next.RoundTrip(r)
}

// timedUUID is a version 7 UUID (RFC 9562 §5.7).
func timedUUID() string {
	octets, _ := dpop.DecodeSegment(dpop.NewID())
	octets[6] = octets[6]&0x0f | 0x70
	octets[8] = octets[8]&0x3f | 0x80
	now := time.Now().UnixMilli()
	return fmt.Sprintf("%08x-%04x-%x-%x-%x", now>>16, now&0xffff, octets[6:8], octets[8:10], octets[10:])
}
